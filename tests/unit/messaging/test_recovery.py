"""The recovery policy as a table: a queue, a failure, and the action."""

from datetime import timedelta

import pytest

from shared.contracts import commands, events
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.messaging.recovery import Action, LeaveUnanswered, Park, Retry
from shared.messaging.recovery import recover as decide
from shared.messaging.topology import (
    CODE_EMAIL,
    COMMAND,
    IN_BACKGROUND,
    QUESTION,
    RETRY_STEPS,
    RecoveryPolicy,
    find_queue,
)

AWAY = TransientFailure("the database is away")
BROKEN = PermanentFailure("it does not open")
BUG = KeyError("123-45-6789")

DAY = timedelta(days=1)
TICK = timedelta(milliseconds=1)

S1, S5, S30, M2, M10 = RETRY_STEPS
A_BUG = Park("a bug in this service; see the log of that time")
TOO_OLD = Park("too old; last failure: the database is away")


def recover(
    policy: RecoveryPolicy,
    failure: Exception,
    *,
    attempts: int = 0,
    bugs: int = 0,
    age: timedelta = timedelta(),
    expires_in: timedelta | None = None,
    passes_in: timedelta | None = None,
) -> Action:
    """The policy's action, for a first attempt at a new message unless told otherwise."""
    return decide(policy, failure, attempts=attempts, bugs=bugs, age=age, expires_in=expires_in, passes_in=passes_in)


def later(step: object, attempts: int) -> Retry:
    assert step in RETRY_STEPS
    return Retry(RETRY_STEPS[RETRY_STEPS.index(step)], attempts, 0, "the database is away")


@pytest.mark.parametrize(
    ("policy", "attempts", "action"),
    [
        (IN_BACKGROUND, 0, later(S1, 1)),
        (IN_BACKGROUND, 1, later(S5, 2)),
        (IN_BACKGROUND, 2, later(S30, 3)),
        (IN_BACKGROUND, 3, later(M2, 4)),
        (IN_BACKGROUND, 4, later(M10, 5)),
        (IN_BACKGROUND, 1_000_000, later(M10, 1_000_001)),
        (COMMAND, 0, later(S1, 1)),
        (COMMAND, 1, later(S5, 2)),
        (COMMAND, 9, later(S5, 10)),
        (CODE_EMAIL, 1, later(S5, 2)),
        (CODE_EMAIL, 2, later(S30, 3)),
        (CODE_EMAIL, 9, later(S30, 10)),
        (QUESTION, 0, LeaveUnanswered()),
    ],
)
def test_a_transient_failure_waits_longer_each_time(policy: RecoveryPolicy, attempts: int, action: Action) -> None:
    assert recover(policy, AWAY, attempts=attempts) == action


@pytest.mark.parametrize(
    ("age", "expires_in", "action"),
    [
        (DAY - TICK, None, later(S1, 1)),
        (DAY, None, TOO_OLD),
        (2 * DAY, TICK, later(S1, 1)),
        (TICK, timedelta(), TOO_OLD),
        (TICK, -DAY, TOO_OLD),
    ],
)
def test_a_message_waits_until_its_own_deadline_or_else_its_queues(
    age: timedelta, expires_in: timedelta | None, action: Action
) -> None:
    assert recover(IN_BACKGROUND, AWAY, age=age, expires_in=expires_in) == action


@pytest.mark.parametrize(("policy", "expires_in"), [(IN_BACKGROUND, None), (CODE_EMAIL, timedelta())])
def test_a_message_that_waits_for_another_mailer_at_its_deadline_is_tried_once_more(
    policy: RecoveryPolicy, expires_in: timedelta | None
) -> None:
    passes_in = timedelta(seconds=20)
    assert isinstance(recover(policy, AWAY, age=DAY, expires_in=expires_in, passes_in=passes_in), Retry)
    past = -timedelta(minutes=1) if expires_in is not None else None
    assert recover(policy, AWAY, age=DAY + timedelta(minutes=1), expires_in=past, passes_in=passes_in) == TOO_OLD


@pytest.mark.parametrize(
    ("policy", "action"),
    [(IN_BACKGROUND, Park("it does not open")), (COMMAND, Park("it does not open")), (QUESTION, LeaveUnanswered())],
)
def test_a_permanent_failure_is_parked_at_once_with_its_reason(policy: RecoveryPolicy, action: Action) -> None:
    assert recover(policy, BROKEN) == action
    assert recover(policy, BROKEN, attempts=9, bugs=9, age=2 * DAY) == action


@pytest.mark.parametrize(
    ("policy", "bugs", "action"),
    [
        (COMMAND, 0, Retry(S1, 1, 1, "KeyError")),
        (COMMAND, 3, Retry(S1, 1, 4, "KeyError")),
        (COMMAND, 4, A_BUG),
        (COMMAND, 1_000_000, A_BUG),
        (QUESTION, 4, LeaveUnanswered()),
    ],
)
def test_a_bug_is_tried_five_times_in_all_and_never_quoted(policy: RecoveryPolicy, bugs: int, action: Action) -> None:
    assert recover(policy, BUG, bugs=bugs) == action


def test_earlier_bugs_do_not_count_against_a_transient_failure() -> None:
    assert recover(COMMAND, AWAY, bugs=4) == Retry(S1, 1, 4, "the database is away")


def test_a_bug_in_a_message_that_is_too_old_says_so() -> None:
    assert recover(IN_BACKGROUND, BUG, age=DAY) == Park("too old; last failure: KeyError")


def test_queues_whose_sender_waits_recover_quickly_and_say_so() -> None:
    assert find_queue(commands.StartApplication).recovery == COMMAND
    assert find_queue(commands.AskOutcome).recovery == QUESTION
    assert find_queue(events.CodeIssued).recovery == CODE_EMAIL
    assert find_queue(events.EmailDue).recovery == IN_BACKGROUND
    assert [policy.person_waits for policy in (COMMAND, QUESTION, CODE_EMAIL, IN_BACKGROUND)] == [
        *[True, True],
        *[False, False],
    ]
