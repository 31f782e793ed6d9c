"""Overview: whether all is well, what came today, and what needs somebody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.console.checks.verdict import Verdict
from services.console.web.dependencies import Dependencies
from services.console.web.live.page import LivePage
from services.console.web.live.snapshot import Snapshot
from shared.contracts.state import State

FUNNEL = {
    State.REQUESTED: "Requested",
    State.AWAITING_CODE: "Code issued",
    State.VERIFIED: "Code entered",
    State.SUBMITTED: "Details submitted",
    State.PROVISIONED: "Account created",
    State.COMPLETED: "Emails out",
}
"""The states on the way to an account, as people say them."""

ENDS = {
    State.REJECTED: "refused",
    State.EXPIRED: "expired",
    State.LOCKED: "locked",
    State.ABANDONED: "given up",
}


VERDICTS = {
    Verdict.OK: "People can apply",
    Verdict.WARN: "Something needs a look",
    Verdict.BAD: "Something is broken",
}


async def compose(_dependencies: Dependencies, snapshot: Snapshot | None, _now: datetime) -> Mapping[str, Any]:
    """What the page shows."""
    reached = snapshot.reached if snapshot else None
    funnel = None if reached is None else list_steps(reached)
    return {"verdicts": VERDICTS, "snapshot": snapshot, "funnel": funnel, "ends": list_ends(reached or {})}


def list_steps(reached: Mapping[str, int]) -> list[dict[str, Any]]:
    """Each step with how many reached it, and how many per cent of all that is."""
    whole = reached.get(State.REQUESTED, 0)
    return [
        {"name": name, "count": (count := reached.get(state, 0)), "percent": round(100 * count / whole) if whole else 0}
        for state, name in FUNNEL.items()
    ]


def list_ends(reached: Mapping[str, int]) -> list[tuple[str, int]]:
    """How many applications ended without an account, by how."""
    return [(name, reached[state]) for state, name in ENDS.items() if reached.get(state)]


PAGE = LivePage("/", "overview.html", ("health", "today", "needs"), compose)
