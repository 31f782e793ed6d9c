"""The states of an application, and which state may follow which."""

from enum import StrEnum


class State(StrEnum):
    """The state of an application."""

    REQUESTED = "requested"
    AWAITING_CODE = "awaiting-code"
    VERIFIED = "verified"
    SUBMITTED = "submitted"
    PROVISIONED = "provisioned"
    COMPLETED = "completed"
    REJECTED = "rejected"
    ABANDONED = "abandoned"
    EXPIRED = "expired"
    LOCKED = "locked"


FOLLOWERS: dict[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.AWAITING_CODE, State.REJECTED, State.ABANDONED, State.EXPIRED}),
    State.AWAITING_CODE: frozenset({State.VERIFIED, State.EXPIRED, State.LOCKED, State.ABANDONED, State.REJECTED}),
    State.VERIFIED: frozenset({State.SUBMITTED, State.EXPIRED, State.ABANDONED}),
    State.SUBMITTED: frozenset({State.PROVISIONED, State.REJECTED}),
    State.PROVISIONED: frozenset({State.COMPLETED}),
}
"""States not listed are final, but for `REOPENED`."""

REOPENED: dict[State, frozenset[State]] = {
    State.AWAITING_CODE: frozenset({State.VERIFIED, State.LOCKED}),
    State.VERIFIED: frozenset({State.SUBMITTED}),
}
"""What may still follow `expired`, by the state before it: only where the sweep expired it, for a day, and by a command
that was entered before the end."""
