"""The page between pages: says that it goes on by itself, and does."""

from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from services.gateway import wording
from services.gateway.desk import Visit

REFRESH = 2
REFRESH_LATER = 5
"""Seconds until the page asks again: at first, and once it has taken a minute."""


async def show(request: Request) -> Response:
    """Asks what became of it; on to the right page as soon as that is known."""
    visit = Visit.of(request)
    session = visit.session
    if session.path != "/waiting":
        return visit.redirect(session)
    session = await visit.desk.settling.settle(session, visit.desk.waits.outcome)
    if session.path != "/waiting":
        return visit.redirect(session)
    pending = session.pending
    late = pending is not None and visit.now - pending.taken_at > timedelta(minutes=1)
    heading, sentence = wording.waiting(pending.type.partition(".")[0] if pending else session.place.value)
    return visit.page(
        "waiting.html",
        session,
        heading=heading,
        sentence=sentence,
        late=late,
        refresh=REFRESH_LATER if late else REFRESH,
    )
