"""Page 2: the verification code, which the point of contact passes on (guide, step 4)."""

from starlette.requests import Request
from starlette.responses import Response

from services.gateway import fields, forms, wording
from services.gateway.desk import Visit
from services.gateway.pages import request as first_page
from services.gateway.session import Place, Session
from shared import clock
from shared.contracts.commands import AbandonApplication, CheckCode

BACK = "back"


async def show(request: Request) -> Response:
    """The page, once it is known how far the letter with the code is."""
    visit = Visit.of(request)
    session = visit.session
    if session.path != "/code":
        return visit.redirect(session)
    session = await visit.desk.settling.look(session, visit.desk.waits.outcome)
    session = session.at(visit.desk.clock())
    return _page(visit, session) if session.path == "/code" else visit.redirect(session)


async def send(request: Request) -> Response:
    """Tries a code, or goes back. A slip of the pen that cannot be a code costs no try."""
    visit = Visit.of(request)
    posted = await visit.posted()
    token = visit.token_of_request(posted)
    if token is None:
        return first_page.over(visit, visit.session)
    session, desk = visit.session, visit.desk
    if session.place is not Place.CODE or session.leaving:
        return visit.redirect(session)
    if posted.get("action") == BACK:
        pending = desk.commands.pending(AbandonApplication, None, token.nonce, session, visit.now)
    else:
        content = forms.read_code(posted)
        if isinstance(content, forms.Broken):
            return _page(visit, session, posted, content.rules)
        pending = desk.commands.pending(CheckCode, content, token.nonce, session, visit.now)
    session = await desk.settling.settle(session.but(pending=pending), desk.waits.reply)
    if session.path == "/code" and session.refused:
        return _page(visit, session, posted)
    return visit.redirect(session)


def letter(visit: Visit, session: Session) -> str:
    """How far the letter with the code is, and to whom it goes."""
    return wording.letter(session.letter, visit.desk.commands.sent_to(session))


def _page(
    visit: Visit, session: Session, typed: dict[str, str] | None = None, rules: dict[str, str] | None = None
) -> Response:
    left = session.code_left_at(visit.desk.clock()) or 0
    return visit.form(
        "code.html",
        session,
        fields.CODE,
        typed or {},
        rules=rules,
        refused=session.refused,
        until=clock.time_of_day(session.expires_at) if session.expires_at else "",
        seconds=left,
        left=f"{left // 60}:{left % 60:02}",
        tries=session.tries,
        letter=letter(visit, session),
    )
