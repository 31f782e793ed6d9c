"""Where the person stands, for the scripts of pages that wait: they go to `path` when it is another page's.

Never sets a cookie: its answer may arrive after that of a post, and would put an older session in place of the newer
one. So it is no request that renews the time of a session either.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from services.gateway.journey.session import Session
from services.gateway.pages import code
from services.gateway.pages.visit import Visit
from services.gateway.pages.waiting import longer, said
from shared.contracts.email_kind import EmailStatus


async def show(request: Request) -> Response:
    """Asks the workers, and waits a little for news."""
    visit = Visit.of(request)
    session = await _now(visit)
    heading, sentence = said(session, visit.now) if session.path == "/waiting" else (None, None)
    return JSONResponse(
        {
            "path": session.path,
            "heading": heading,
            "sentence": sentence,
            "late": longer(visit, session),
            "settled": session.email in (EmailStatus.SENT, EmailStatus.REFUSED),
            "email": code.email(visit, session) if session.path == "/code" else None,
            "left": _left(visit, session),
            "tries": session.tries if session.path == "/code" else None,
            "reload": _sent(session) != _sent(visit.session),
        }
    )


async def _now(visit: Visit) -> Session:
    settling, waits = visit.desk.settling, visit.desk.waits
    session = visit.session
    if session.path == "/waiting":
        if session.pending:
            await waits.sleep(min(waits.outcome, session.pending.held_for(visit.now)))
        session = await settling.settle(session, waits.outcome)
    elif session.path == "/code":
        session = await settling.look(session, waits.outcome)
    return session.at(visit.desk.clock())


def _left(visit: Visit, session: Session) -> int | None:
    """Seconds until the page is over: counted by the server's clock, because a computer's may be wrong."""
    now = visit.desk.clock()
    if session.path == "/details":
        return int((visit.as_left.details_over_at - now).total_seconds())
    return session.code_left_at(now) if session.path == "/code" else None


def _sent(session: Session) -> object:
    """When the pending command was confirmed. A page has to be loaded for the browser to remember that it was."""
    return session.pending.sent_at if session.pending else None
