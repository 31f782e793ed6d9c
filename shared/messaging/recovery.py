"""The recovery policy: decides what to do with a message that failed. Pure; the executor carries it out."""

from dataclasses import dataclass
from datetime import timedelta

from shared.domain.errors import PermanentFailure, TransientFailure
from shared.messaging.topology import RecoveryPolicy, RetryStep

BUG_ATTEMPTS = 5
"""Total attempts for a message that hits a bug in this service."""


LAST_WAIT = timedelta(minutes=1)
"""How long after its deadline a message still waits for what passes at a known time: longer than a lease, so that
whatever became of it is recorded before it is parked."""


@dataclass(frozen=True)
class Retry:
    """Try the message again after a delay."""

    step: RetryStep
    attempts: int
    """Attempts so far, including this one."""
    bugs: int
    """Bugs hit so far, including this one."""
    reason: str


@dataclass(frozen=True)
class Park:
    """Move the message to the dead letters."""

    reason: str
    """In our own words, without personal data."""


@dataclass(frozen=True)
class LeaveUnanswered:
    """Drop the message: it is a question, and its caller will ask again."""


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
    """Decides what to do with a message after a failure.

    Args:
        policy: its queue's policy.
        failure: why handling failed. Any other exception than a transient or permanent failure is a bug.
        attempts: earlier attempts.
        bugs: earlier attempts that hit a bug.
        age: time since it was published or replayed.
        expires_in: time until the message's own deadline, if any. Overrides the policy's deadline.
        passes_in: time until the failure passes, if known. Until then the message waits in short steps, which do
            not count as attempts.

    """
    if not policy.delays:
        return LeaveUnanswered()
    if isinstance(failure, PermanentFailure):
        return Park(failure.reason)
    if is_bug(failure):
        bugs += 1
        if bugs >= BUG_ATTEMPTS:
            return Park("a bug in this service; see the log of that time")
    time_left = policy.deadline - age if expires_in is None else expires_in
    if time_left <= (-LAST_WAIT if passes_in is not None else timedelta()):
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
    """Describes a failure in our own words; a bug only by its type, because libraries quote input in messages."""
    return type(failure).__name__ if is_bug(failure) else str(failure)
