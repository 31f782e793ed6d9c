"""The page between pages: says what the person is waiting for, and moves on."""

from datetime import datetime

from services.gateway.journey.lateness import measure_lateness
from services.gateway.journey.page import Milestone, Page
from services.gateway.journey.session import Session
from services.gateway.pages.answers import Answer, Content, GoOn, Show
from services.gateway.pages.visit import Visit
from services.gateway.views import wording

REFRESH = 2
REFRESH_LATER = 5
REFRESH_LATEST = 60
"""Seconds until the page asks again: at first, once the wait is long, and at most while a request is held."""

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


async def send(visit: Visit) -> Answer:
    """Ends the wait of a held request, if it still waits: back to the page where it was sent."""
    session = visit.session
    if visit.token is None or not session.is_held:
        return GoOn(session)
    return GoOn(session.stop_holding())


async def compose(visit: Visit, show: Show) -> Content:
    """What the person waits for, and whether it takes longer than usual."""
    session = show.session
    late = describe_delay(visit, session)
    heading, sentence = describe_wait(session, visit.now)
    held = count_seconds_held(session, visit.now)
    values = {
        "heading": heading,
        "sentence": sentence,
        "part": PARTS[name_awaited(session)],
        "late": late,
        "why_held": visit.wording.explain_wait(session.pending.held_for) if held and session.pending else (),
        "refresh": _choose_refresh(held) or (REFRESH_LATER if late else REFRESH),
    }
    return Content("waiting.html", values)


def name_awaited(session: Session) -> str:
    """What the person waits for: a command's name, or the milestone at which it is a worker's turn."""
    return session.pending.type.partition(".")[0] if session.pending else session.milestone.value


def name_wait(session: Session) -> str:
    """What the page says that the person waits for. It must not say that a code is made if that is not known."""
    awaited = name_awaited(session)
    return "uniform" if session.uniform and awaited == Milestone.ISSUING else awaited


def describe_wait(session: Session, now: datetime) -> tuple[str, str]:
    """The page's heading and sentence."""
    until = session.pending.held_until if session.pending else None
    if until and now < until:
        return wording.describe_hold(until, now)
    return wording.describe_wait(name_wait(session))


def count_seconds_held(session: Session, now: datetime) -> int:
    """Seconds until the pending command may be sent."""
    return session.pending.count_seconds_held(now) if session.pending else 0


def _choose_refresh(held: int) -> int:
    """Seconds after which a page without scripts reloads, so that it counts down and is there when the wait ends."""
    return min(held, max(REFRESH_LATER, held // 10), REFRESH_LATEST)


def describe_delay(visit: Visit, session: Session) -> str:
    """What to say about a wait that is longer than usual; else empty."""
    taken = session.pending is None or session.pending.sent_at is not None
    late = measure_lateness(session.waiting_since, visit.now)
    return visit.wording.describe_delay(name_awaited(session), late, taken=taken, reference=session.reference)
