"""The page between pages: says that it goes on by itself, and does."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.journey.lateness import Lateness, lateness
from services.gateway.journey.session import Place, Session
from services.gateway.pages.visit import Visit
from services.gateway.views import wording

REFRESH = 2
REFRESH_LATER = 5
"""Seconds until the page asks again: at first, and once it takes longer."""

PARTS = {
    "start-application": 1,
    "issuing": 1,
    "check-code": 2,
    "abandon-application": 2,
    "submit-details": 3,
    "creating": 3,
}
"""Of which part of the form each is."""


async def show(request: Request) -> Response:
    """Asks what became of it; on to the right page as soon as that is known."""
    visit = Visit.of(request)
    session = visit.session
    if session.path != "/waiting":
        return visit.redirect(session)
    session = await visit.desk.settling.settle(session, visit.desk.waits.outcome)
    if session.path != "/waiting":
        return visit.redirect(session)
    late = longer(visit, session)
    heading, sentence = said(session, visit.now)
    held = session.pending.held_for(visit.now) if session.pending else 0
    return visit.page(
        "waiting.html",
        session,
        heading=heading,
        sentence=sentence,
        part=PARTS[awaited(session)],
        late=late,
        refresh=min(held, REFRESH_LATER) or (REFRESH_LATER if late else REFRESH),
    )


def awaited(session: Session) -> str:
    """What is waited for: the name of the command, or of the place where a worker goes on by itself."""
    return session.pending.type.partition(".")[0] if session.pending else session.place.value


def said(session: Session, now: datetime) -> tuple[str, str]:
    """Heading and sentence."""
    held = session.pending.held_for(now) if session.pending else 0
    return wording.waiting("held" if held else awaited(session), held)


def longer(visit: Visit, session: Session) -> str:
    """What is said where it takes longer than people are used to; else nothing."""
    pending = session.pending
    since = pending.taken_at if pending else session.started_at
    if session.place is Place.CREATING and not pending:
        since = session.submitted_at
    taken = pending is None or pending.sent_at is not None
    late = lateness(since, visit.now) if session.path == "/waiting" else Lateness.USUAL
    wording = visit.desk.rendering.wording
    return wording.longer(awaited(session), late, taken=taken, reference=session.reference)
