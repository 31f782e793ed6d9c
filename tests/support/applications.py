"""An application at each of its states, and what came of a decision about one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State
from shared.domain.application import Application, Code
from shared.domain.decision import Decision

NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)
EXPIRES = NOW + timedelta(minutes=10)
TICK = timedelta(milliseconds=1)
ID = UUID(int=1)


def begun(id: UUID = ID, at: datetime = NOW) -> Application:
    return Application.begin(id, gateway="gateway", taken_at=at, now=at, cause="start-application")


def requested(**fields: Any) -> Application:
    """`fields`: what intake keeps with it."""
    return replace(begun(), **({"request": "k1.sealed"} | fields))


def awaiting(**fields: Any) -> Application:
    return requested(**fields).await_code(Code("mac", NOW, EXPIRES), NOW, "application-accepted")


def verified(**fields: Any) -> Application:
    return awaiting(**fields).verify("grant", NOW, NOW, "check-code")


def submitted(details: str = "k1.sealed", **fields: Any) -> Application:
    return verified(**fields).submit(details, NOW, "submit-details")


def provisioned() -> Application:
    return submitted().provision("A-1", NOW, "application-submitted")


def changed(decision: Decision) -> Application:
    """The application as a decision leaves it."""
    assert decision.changed
    return decision.changed


def state(decision: Decision) -> State | None:
    return decision.changed.state if decision.changed else None


def problem(decision: Decision) -> Problem:
    """Why it was refused."""
    assert isinstance(decision.reply, Refused)
    return decision.reply.problem
