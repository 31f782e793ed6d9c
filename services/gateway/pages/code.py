"""Page 2: the verification code, which the point of contact passes on (guide, step 4)."""

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.challenge.verification import Failed
from services.gateway.forms import fields, parsing
from services.gateway.journey.commands import application_started_by
from services.gateway.journey.lateness import Lateness, lateness
from services.gateway.journey.session import Place, Session
from services.gateway.pages import request as first_page
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from shared import clock
from shared.contracts.commands import AbandonApplication, CheckCode, StartApplication
from shared.contracts.email_kind import EmailStatus

BACK = "back"
NEW = "new"
"""What the buttons send that lead back, and to a new code."""

REFRESH = 5
"""Seconds after which the page without scripts looks again whether its email was sent."""


async def show(request: Request) -> Response:
    """The page, once it is known how far the email with the code is."""
    visit = Visit.of(request)
    session = visit.session
    if session.path != "/code":
        return visit.redirect(session)
    session = await visit.desk.settling.look(session, visit.desk.waits.outcome)
    session = session.at(visit.desk.clock())
    return (
        _page(visit, session, refresh=_refresh(visit, session)) if session.path == "/code" else visit.redirect(session)
    )


async def send(request: Request) -> Response:
    """Tries a code, goes back, or asks for a new one. A slip of the pen that cannot be a code costs no try."""
    visit = Visit.of(request)
    posted = await visit.posted()
    token = visit.token_of_request(posted)
    if token is None:
        return first_page.over(visit, visit.session)
    session, desk = visit.session, visit.desk
    if session.place is not Place.CODE or session.leaving:
        return visit.redirect(session)
    if posted.get("action") == NEW and session.has_code:
        return await _ask_anew(visit, session, posted)
    if posted.get("action") == BACK:
        pending = desk.commands.pending(AbandonApplication, None, token.nonce, session, visit.now)
    else:
        content = parsing.read_code(posted)
        if isinstance(content, parsing.Broken):
            return _page(visit, session, posted, content.rules)
        pending = desk.commands.pending(CheckCode, content, token.nonce, session, visit.now)
    session = await desk.settling.settle(session.but(pending=pending), desk.waits.reply)
    if session.path == "/code" and session.refused:
        return _page(visit, session, posted)
    return visit.redirect(session)


async def _ask_anew(visit: Visit, session: Session, posted: dict[str, str]) -> Response:
    """Begins the request again with what was typed. One command, however often and in how many tabs it is asked for.

    Where human verification is prompted, page 1 asks for it, and sends the request.
    """
    content = parsing.read_request(session.request)
    if isinstance(content, parsing.Broken):  # by rules that are newer than the request
        return first_page.over(visit, session)
    pending = visit.desk.commands.pending(StartApplication, content, session.renewal, session, visit.now)
    verified = await first_page.verified_as(visit, posted, pending)
    if isinstance(verified, Failed):
        return first_page.to_be_verified(visit, session)
    begun = session.asking_anew(application_started_by(verified.id), verified, session.request)
    return await first_page.ask_anew(visit, begun)


def _refresh(visit: Visit, session: Session) -> int:
    """Seconds after which the page without scripts looks again; nothing once there is news, or it has said all it can.

    Nobody is typing a code that has not left yet.
    """
    sending = session.email in (None, EmailStatus.SENDING) and not session.refused
    return REFRESH if sending and _lateness(visit, session) is not Lateness.LONG else 0


def email(visit: Visit, session: Session) -> str:
    """How far the email with the code is, and to whom it goes."""
    return wording.email(session.email, visit.desk.commands.sent_to(session), _lateness(visit, session))


def _lateness(visit: Visit, session: Session) -> Lateness:
    """How late the email is, from the moment its code was issued."""
    return lateness(session.expires_at - visit.desk.code_lifetime if session.expires_at else None, visit.now)


def _page(
    visit: Visit,
    session: Session,
    typed: dict[str, str] | None = None,
    rules: dict[str, str] | None = None,
    refresh: int = 0,
) -> Response:
    left = session.code_left_at(visit.desk.clock()) or 0
    notice = None
    if session.refused and session.refused.application_id != session.application_id:
        notice = wording.without_new_code(visit.desk.rendering.wording.problem(session.refused, visit.now))
    return visit.form(
        "code.html",
        session,
        fields.CODE,
        typed or {},
        rules=rules,
        refused=session.refused,
        notice=notice,
        refresh=refresh,
        until=clock.time_of_day(session.expires_at) if session.expires_at else "",
        seconds=left,
        left=f"{left // 60}:{left % 60:02}",
        tries=session.tries,
        email=email(visit, session),
    )
