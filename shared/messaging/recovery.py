"""The recovery policy: what becomes of a message that could not be handled. Pure; the executor carries it out."""

from dataclasses import dataclass
from datetime import timedelta

from shared.domain.errors import PermanentFailure, TransientFailure
from shared.messaging.topology import RecoveryPolicy, RetryStep

BUG_ATTEMPTS = 5
"""Attempts in all for a message that meets a bug in this service."""


@dataclass(frozen=True)
class Retry:
    """Try the message again after a delay."""

    step: RetryStep
    attempts: int
    """How often it was tried, this time included."""
    bugs: int
    """How often it met a bug, this time included."""
    reason: str


@dataclass(frozen=True)
class Park:
    """Move the message to the dead letters."""

    reason: str
    """Our own sentence, free of personal data."""


@dataclass(frozen=True)
class LeaveUnanswered:
    """Drop the message: it was a question, and the caller asks again."""


Action = Retry | Park | LeaveUnanswered


def recover(
    policy: RecoveryPolicy,
    failure: Exception,
    *,
    attempts: int,
    bugs: int,
    age: timedelta,
    expires_in: timedelta | None,
    passes_in: timedelta | None,
) -> Action:
    """What becomes of a message after a failure.

    Args:
        policy: the policy of its queue.
        failure: why handling failed. Anything but a transient or permanent failure is a bug in this service.
        attempts: how often it was tried before.
        bugs: how often it met a bug before.
        age: time since it was published, or replayed.
        expires_in: time until the message's own deadline, if it has one. It overrides the policy's.
        passes_in: time until the failure passes, if that is known. Until then the message waits in short steps, which
            are no attempts.

    """
    if not policy.delays:
        return LeaveUnanswered()
    if isinstance(failure, PermanentFailure):
        return Park(failure.reason)
    if is_bug(failure):
        bugs += 1
        if bugs >= BUG_ATTEMPTS:
            return Park("a bug in this service; see the log of that time")
    is_late = age >= policy.deadline if expires_in is None else expires_in <= timedelta()
    if is_late:
        return Park(f"too old; last failure: {describe(failure)}")
    if passes_in is not None:
        fitting = [step for step in policy.delays if step.delay <= passes_in]
        return Retry(fitting[-1] if fitting else policy.delays[0], attempts, bugs, describe(failure))
    step = policy.delays[min(attempts, len(policy.delays) - 1)]
    return Retry(step, attempts + 1, bugs, describe(failure))


def is_bug(failure: Exception) -> bool:
    """Whether a failure is a bug in this service."""
    return not isinstance(failure, TransientFailure | PermanentFailure)


def describe(failure: Exception) -> str:
    """Our own words for a failure. For a bug, only its type: libraries quote their input in messages."""
    return type(failure).__name__ if is_bug(failure) else str(failure)
