"""Replaying and discarding dead letters: first what would happen, then it is done, and a page shows how far it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from starlette.responses import RedirectResponse, Response

from services.console.dead_letters.action_result import ActionResult
from services.console.dead_letters.pace import USUAL_RATE
from services.console.dead_letters.replay import DISCARD, REPLAY
from services.console.dead_letters.selection import Wanted
from services.console.dead_letters.sentences import describe_result
from services.console.output.exit_codes import NotFound
from services.console.web.access.visit import Visit
from services.console.web.dead_letters.background_action import BackgroundAction
from services.console.web.dead_letters.handling import Busy
from services.console.web.dependencies import Dependencies
from services.console.web.live.page import LivePage
from services.console.web.live.snapshot import Snapshot
from services.console.web.pages.dead_letters import read_wanted

ALL_QUEUES = "all"
"""What a form says in place of a queue."""

FEW = 10
"""Up to so many are handled without asking for a rate."""

LONGEST = 200
"""Characters of a reason that are kept."""


async def plan(visit: Visit) -> Response:
    """What would happen: a dry run."""
    return await _plan(visit)


async def act(visit: Visit) -> Response:
    """Begins it, and shows its progress."""
    action, wanted = _read_action(visit), _read_selection(visit)
    why = visit.posted.get("why", "").strip()[:LONGEST]
    if action == DISCARD and not why:
        return await _plan(visit, 400, "Say why you throw them away: it is written down.")
    try:
        rate = read_rate(visit.posted.get("rate", ""), action)
    except ValueError:
        return await _plan(visit, 400, "The rate is a number of messages a second, such as 5.")
    try:
        visit.dependencies.dead_letters.begin(
            BackgroundAction(wanted, visit.guest.name, why, rate, visit.now, ActionResult(action))
        )
    except Busy:
        return await _plan(visit, 409, "Nothing was begun: another action goes on. Please wait for its end.")
    return RedirectResponse(PROGRESS.path, 303)


async def compose(dependencies: Dependencies, _snapshot: Snapshot | None, _now: datetime) -> Mapping[str, Any]:
    """What the progress page shows."""
    action = dependencies.dead_letters.latest
    prospects = [*describe_result(action.result, is_replay=action.result.action == REPLAY)] if action else []
    return {"action": action, "prospects": prospects}


async def _plan(visit: Visit, status: int = 200, problem: str = "") -> Response:
    action, wanted = _read_action(visit), _read_selection(visit)
    result, notes = await visit.dependencies.dead_letters.preview(wanted, action, visit.guest.name)
    return visit.show(
        "dead_letter_plan.html",
        status,
        action=action,
        wanted=wanted,
        count=sum(result.found.values()),
        few=FEW,
        prospects=[*describe_result(result, is_replay=action == REPLAY)],
        notes=notes,
        problem=problem,
        usual_rate=f"{USUAL_RATE:g}",
        posted={name: visit.posted.get(name, "") for name in ("why", "rate")},
    )


def _read_action(visit: Visit) -> str:
    action = visit.posted.get("action", "")
    if action not in (REPLAY, DISCARD):
        raise NotFound("there is no such action")
    return action


def _read_selection(visit: Visit) -> Wanted:
    """What the form names: dead letters of one queue, or all of every queue. Raises `NotFound`."""
    if visit.posted.get("queue") == ALL_QUEUES:
        return Wanted(hopeless="hopeless" in visit.posted)
    return read_wanted(visit.posted)


def read_rate(typed: str, action: str) -> float | None:
    """Messages a second; None for as fast as possible, which only a discard may be. Raises `ValueError`."""
    if not typed.strip():
        return USUAL_RATE if action == REPLAY else None
    rate = float(typed)
    if not 0.01 <= rate <= 100_000:
        raise ValueError(rate)
    return rate


PROGRESS = LivePage("/dead-letters/progress", "dead_letter_progress.html", ("progress",), compose)
