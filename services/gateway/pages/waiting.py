"""The page between pages: says what the person is waiting for, and moves on."""

from datetime import datetime

from services.gateway.journey.lateness import measure_lateness
from services.gateway.journey.page import Page
from services.gateway.journey.session import Session
from services.gateway.pages.answers import Answer, Content, GoOn, Show
from services.gateway.pages.visit import Visit
from services.gateway.views import wording

REFRESH = 2
REFRESH_LATER = 5
"""Seconds until the page asks again: at first, and once the wait is long."""

PARTS = {
    "start-application": 1,
    "issuing": 1,
    "check-code": 2,
    "abandon-application": 2,
    "submit-details": 3,
    "creating": 3,
}
"""The part of the form that each wait belongs to."""


async def show(visit: Visit) -> Answer:
    """Asks for the outcome, and goes on as soon as it is known."""
    session = visit.session
    if session.page is Page.WAITING:
        session = await visit.progress.await_answer(session, visit.patience)
    return Show(Page.WAITING, session) if session.page is Page.WAITING else GoOn(session)


def compose(visit: Visit, show: Show) -> Content:
    """What the person waits for, and whether it takes longer than usual."""
    session = show.session
    late = describe_delay(visit, session)
    heading, sentence = describe_wait(session, visit.now)
    held = session.pending.count_seconds_held(visit.now) if session.pending else 0
    values = {
        "heading": heading,
        "sentence": sentence,
        "part": PARTS[name_awaited(session)],
        "late": late,
        "refresh": min(held, REFRESH_LATER) or (REFRESH_LATER if late else REFRESH),
    }
    return Content("waiting.html", values)


def name_awaited(session: Session) -> str:
    """What the person waits for: a command's name, or the milestone at which it is a worker's turn."""
    return session.pending.type.partition(".")[0] if session.pending else session.milestone.value


def describe_wait(session: Session, now: datetime) -> tuple[str, str]:
    """The page's heading and sentence."""
    held = session.pending.count_seconds_held(now) if session.pending else 0
    return wording.describe_wait("held" if held else name_awaited(session), held)


def describe_delay(visit: Visit, session: Session) -> str:
    """What to say about a wait that is longer than usual; else empty."""
    taken = session.pending is None or session.pending.sent_at is not None
    late = measure_lateness(session.waiting_since, visit.now)
    return visit.wording.describe_delay(name_awaited(session), late, taken=taken, reference=session.reference)
