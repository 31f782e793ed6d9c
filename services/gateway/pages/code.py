"""Page 2: the verification code, which the point of contact passes on (guide, step 4)."""

from services.gateway.forms import fields, parsing
from services.gateway.journey.lateness import Lateness, measure_lateness
from services.gateway.journey.page import Milestone, Page
from services.gateway.journey.session import Session
from services.gateway.pages import new_code
from services.gateway.pages.answers import Answer, Content, GoOn, Show, reject_form
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from shared import clock
from shared.contracts.commands import AbandonApplication, CheckCode
from shared.contracts.email_kind import EmailStatus

BACK = "back"
NEW = "new"
"""The values of the buttons that go back and ask for a new code."""

NEW_CODE = "Get a new code"
WAIT_FOR_NEW = "Wait for a new code"
"""The label of the button that asks for a new code; the other one once intake said when there can be one."""

REFRESH = 5
"""Seconds after which the page without scripts reloads to see whether its email was sent."""


async def show(visit: Visit) -> Answer:
    """Shows the page, once the status of the code's email is known."""
    session = visit.session
    if session.page is Page.CODE:
        session = (await visit.progress.await_code_email(session)).advance_to(visit.read_clock())
    return Show(Page.CODE, session) if session.landing is Page.CODE else GoOn(session)


async def send(visit: Visit) -> Answer:
    """Tries a code, goes back, or asks for a new code. A typo that cannot be a code costs no try."""
    session, posted, token = visit.session, visit.posted, visit.request_token
    action = posted.get("action")
    if visit.is_from_before_code:
        return GoOn(session)
    if token is None:
        return reject_form(session)
    if session.milestone is not Milestone.CODE or session.leaving:
        return GoOn(session)
    if action == NEW and session.has_code:
        return await new_code.ask(visit)
    if action == BACK:
        pending = visit.commands.prepare(AbandonApplication, None, token.nonce, session, visit.now)
    else:
        content = parsing.read_code(posted)
        if isinstance(content, parsing.Broken):
            return Show(Page.CODE, session, posted, content.rules)
        pending = visit.commands.prepare(CheckCode, content, token.nonce, session, visit.now)
    session = await visit.progress.await_answer(session.replace(pending=pending), visit.patience)
    if session.landing is Page.CODE and session.refused:
        return Show(Page.CODE, session, posted)
    return GoOn(session)


async def compose(visit: Visit, show: Show) -> Content:
    """The form, how long its code is valid, and how far the code's email is."""
    session, refused = show.session, show.session.refused
    left = session.count_code_seconds(visit.read_clock()) or 0
    notice = None
    if refused and refused.application_id != session.application_id:
        wait = WAIT_FOR_NEW if refused.ticket else ""
        notice = wording.add_no_new_code(visit.wording.describe_problem(refused, visit.now, wait=wait))
    values = {
        "refresh": 0 if show.typed else _choose_refresh(visit, session),
        "until": clock.format_time(session.expires_at) if session.expires_at else "",
        "seconds": left,
        "left": f"{left // 60}:{left % 60:02}",
        "tries": session.tries,
        "email": describe_email(visit, session),
        "coming": is_email_coming(session),
        "new_code_button": WAIT_FOR_NEW if session.held and not session.needs_verification else NEW_CODE,
    }
    return Content("code.html", values, fields.CODE, show.typed, show.rules, refused, notice)


def describe_email(visit: Visit, session: Session) -> str:
    """The status of the code's email, and whom it goes to; or only what happens if there was a match."""
    if session.uniform:
        return visit.wording.describe_uniform_email()
    return wording.describe_code_email(
        session.email, visit.commands.open_sent_to(session), _measure_lateness(visit, session)
    )


def is_email_coming(session: Session) -> bool:
    """Whether the code's email is out or on its way, as far as is known."""
    return session.email not in (EmailStatus.REFUSED, EmailStatus.PARKED, EmailStatus.WITHDRAWN)


def _choose_refresh(visit: Visit, session: Session) -> int:
    """Seconds after which the page without scripts reloads; 0 once there is news, or nothing more to say.

    Reloading interrupts nobody: there is no code to type before its email is sent.
    """
    sending = session.email in (None, EmailStatus.SENDING) and not session.refused and not session.uniform
    return REFRESH if sending and _measure_lateness(visit, session) is not Lateness.LONG else 0


def _measure_lateness(visit: Visit, session: Session) -> Lateness:
    """How late the email is, counted from when its code was issued."""
    return measure_lateness(session.expires_at - visit.code_lifetime if session.expires_at else None, visit.now)
