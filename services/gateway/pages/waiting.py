"""The page between pages: says that it goes on by itself, and does."""

from datetime import datetime

from starlette.responses import Response

from services.gateway.journey.lateness import Lateness, measure_lateness
from services.gateway.journey.page import Milestone, Page
from services.gateway.journey.session import Session
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


async def show(visit: Visit) -> Response:
    """Asks what became of it; on to the right page as soon as that is known."""
    session = visit.session
    if session.page is not Page.WAITING:
        return visit.redirect(session)
    session = await visit.settle(session)
    if session.page is not Page.WAITING:
        return visit.redirect(session)
    late = describe_delay(visit, session)
    heading, sentence = describe_wait(session, visit.now)
    held = session.pending.seconds_held(visit.now) if session.pending else 0
    return visit.page(
        "waiting.html",
        session,
        heading=heading,
        sentence=sentence,
        part=PARTS[name_awaited(session)],
        late=late,
        refresh=min(held, REFRESH_LATER) or (REFRESH_LATER if late else REFRESH),
    )


def name_awaited(session: Session) -> str:
    """What is waited for: the name of the command, or of the place where a worker goes on by itself."""
    return session.pending.type.partition(".")[0] if session.pending else session.milestone.value


def describe_wait(session: Session, now: datetime) -> tuple[str, str]:
    """Heading and sentence."""
    held = session.pending.seconds_held(now) if session.pending else 0
    return wording.describe_wait("held" if held else name_awaited(session), held)


def describe_delay(visit: Visit, session: Session) -> str:
    """What is said where it takes longer than people are used to; else nothing."""
    pending = session.pending
    since = pending.taken_at if pending else session.started_at
    if session.milestone is Milestone.CREATING and not pending:
        since = session.submitted_at
    taken = pending is None or pending.sent_at is not None
    late = measure_lateness(since, visit.now) if session.page is Page.WAITING else Lateness.USUAL
    return visit.wording.describe_delay(name_awaited(session), late, taken=taken, reference=session.reference)
