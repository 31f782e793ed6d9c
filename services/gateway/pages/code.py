"""Page 2: the verification code, which the point of contact passes on (guide, step 4)."""

from starlette.responses import Response

from services.gateway.challenge.verification import Failed
from services.gateway.forms import fields, parsing
from services.gateway.journey.commands import derive_application_id
from services.gateway.journey.lateness import Lateness, measure_lateness
from services.gateway.journey.page import Milestone, Page
from services.gateway.journey.session import Session
from services.gateway.pages import request as first_page
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from shared import clock
from shared.contracts.commands import AbandonApplication, CheckCode, StartApplication
from shared.contracts.email_kind import EmailStatus

BACK = "back"
NEW = "new"
"""The values of the buttons that go back and ask for a new code."""

REFRESH = 5
"""Seconds after which the page without scripts reloads to see whether its email was sent."""


async def show(visit: Visit) -> Response:
    """Shows the page, once the status of the code's email is known."""
    session = visit.session
    if session.page is not Page.CODE:
        return visit.redirect(session)
    session = await visit.progress.await_code_email(session)
    session = session.advance_to(visit.read_clock())
    if session.page is not Page.CODE:
        return visit.redirect(session)
    return _render(visit, session, refresh=_choose_refresh(visit, session))


async def send(visit: Visit) -> Response:
    """Tries a code, goes back, or asks for a new code. A typo that cannot be a code costs no try."""
    posted = visit.posted
    token = visit.request_token
    if token is None:
        return first_page.reject_form(visit, visit.session)
    session = visit.session
    if session.milestone is not Milestone.CODE or session.leaving:
        return visit.redirect(session)
    if posted.get("action") == NEW and session.has_code:
        return await _ask_for_new_code(visit, session, posted)
    if posted.get("action") == BACK:
        pending = visit.prepare(AbandonApplication, None, token.nonce, session)
    else:
        content = parsing.read_code(posted)
        if isinstance(content, parsing.Broken):
            return _render(visit, session, posted, content.rules)
        pending = visit.prepare(CheckCode, content, token.nonce, session)
    session = await visit.await_answer(session.replace(pending=pending))
    if session.page is Page.CODE and session.refused:
        return _render(visit, session, posted)
    return visit.redirect(session)


async def _ask_for_new_code(visit: Visit, session: Session, posted: dict[str, str]) -> Response:
    """Sends the request again as it was typed. It is one command, however often and in how many tabs it is asked for.

    If human verification is prompted, page 1 asks for it and sends the request.
    """
    content = parsing.read_request(session.request)
    if isinstance(content, parsing.Broken):  # by rules newer than the request
        return first_page.reject_form(visit, session)
    pending = visit.prepare(StartApplication, content, session.renewal, session)
    verified = await first_page.verify(visit, posted, pending)
    if isinstance(verified, Failed):
        return first_page.ask_to_verify(visit, session)
    begun = session.request_new_code(derive_application_id(verified.id), verified, session.request)
    return await first_page.send_again(visit, begun)


def _choose_refresh(visit: Visit, session: Session) -> int:
    """Seconds after which the page without scripts reloads; 0 once there is news, or nothing more to say.

    Reloading interrupts nobody: there is no code to type before its email is sent.
    """
    sending = session.email in (None, EmailStatus.SENDING) and not session.refused
    return REFRESH if sending and _measure_lateness(visit, session) is not Lateness.LONG else 0


def describe_email(visit: Visit, session: Session) -> str:
    """The status of the code's email, and whom it goes to."""
    return wording.describe_code_email(
        session.email, visit.commands.open_sent_to(session), _measure_lateness(visit, session)
    )


def is_email_coming(session: Session) -> bool:
    """Whether the code's email is out or on its way, as far as is known."""
    return session.email not in (EmailStatus.REFUSED, EmailStatus.PARKED, EmailStatus.WITHDRAWN)


def _measure_lateness(visit: Visit, session: Session) -> Lateness:
    """How late the email is, counted from when its code was issued."""
    return measure_lateness(session.expires_at - visit.code_lifetime if session.expires_at else None, visit.now)


def _render(
    visit: Visit,
    session: Session,
    typed: dict[str, str] | None = None,
    rules: dict[str, str] | None = None,
    refresh: int = 0,
) -> Response:
    left = session.count_code_seconds(visit.read_clock()) or 0
    notice = None
    if session.refused and session.refused.application_id != session.application_id:
        notice = wording.add_no_new_code(visit.describe_problem(session.refused))
    return visit.show_form(
        "code.html",
        session,
        fields.CODE,
        typed or {},
        rules=rules,
        refused=session.refused,
        notice=notice,
        refresh=refresh,
        until=clock.format_time(session.expires_at) if session.expires_at else "",
        seconds=left,
        left=f"{left // 60}:{left % 60:02}",
        tries=session.tries,
        email=describe_email(visit, session),
        coming=is_email_coming(session),
    )
