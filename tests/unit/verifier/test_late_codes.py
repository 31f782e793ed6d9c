"""A code is judged by when it arrived, whatever its gateway claims, and whatever the sweep did meanwhile."""

from datetime import datetime, timedelta

import pytest

from shared.contracts.events import CodeWithdrawn
from shared.contracts.problem import Problem
from shared.contracts.replies import CodeAccepted, Refused
from shared.contracts.state import State
from shared.domain.application import RETRIED_FOR, SWEEP, SWEPT_AFTER, Application
from shared.domain.lateness import COUNTS_BACK
from tests.support.applications import ID, NOW, TICK, changed, problem, state
from tests.unit.verifier.codes import LIFETIME, a_wrong_code, awaiting, check

END = NOW + LIFETIME
HOUR = timedelta(hours=1)
IN_TIME = END - TICK


def swept(application: Application, at: datetime = END + SWEPT_AFTER) -> Application:
    """The application once the sweep has closed it."""
    return application.expire(at, SWEEP)


@pytest.mark.parametrize(
    ("taken", "stamped", "handled", "verified"),
    [
        (IN_TIME, IN_TIME, IN_TIME, True),
        (END, END, END, False),
        (IN_TIME, IN_TIME, END + 20 * HOUR, True),  # the verifier was down
        (IN_TIME, IN_TIME + COUNTS_BACK, END + HOUR, True),  # the gateway lost the broker for a minute
        (END, END, END + 20 * HOUR, False),
        (END + HOUR, IN_TIME, END + HOUR, True),  # the gateway's clock is fast
        (NOW - HOUR, NOW, NOW, True),  # or slow
        (IN_TIME, None, END + COUNTS_BACK - TICK, True),  # no stamp: a minute before the worker's clock
    ],
)
def test_a_code_that_arrived_in_time_counts_however_late_it_is_handled(
    taken: datetime, stamped: datetime | None, handled: datetime, *, verified: bool
) -> None:
    application, code = awaiting()
    decision = check(application, code, taken_at=taken, stamped_at=stamped, now=handled)
    assert state(decision) is (State.VERIFIED if verified else State.EXPIRED)
    if not verified:
        assert problem(decision) is Problem.CODE_EXPIRED


@pytest.mark.parametrize("claimed", [NOW - HOUR, NOW, IN_TIME])
@pytest.mark.parametrize("stamped", [END + COUNTS_BACK, END + 20 * HOUR])
def test_no_claim_makes_a_code_count_that_arrived_more_than_a_minute_after_its_end(
    claimed: datetime, stamped: datetime
) -> None:
    application, code = awaiting()
    for handled in (stamped, stamped + HOUR):
        decision = check(application, code, taken_at=claimed, stamped_at=stamped, now=handled)
        assert state(decision) is State.EXPIRED
        assert decision.follow_ups == (CodeWithdrawn(application_id=ID),)


def test_without_a_stamp_no_claim_reaches_back_more_than_a_minute_from_now() -> None:
    application, code = awaiting()
    assert state(check(application, code, taken_at=NOW, now=END + COUNTS_BACK)) is State.EXPIRED


def test_a_stamp_of_the_future_counts_as_now() -> None:
    application, code = awaiting()
    decision = check(application, code, taken_at=END + HOUR, stamped_at=END + HOUR, now=NOW)
    assert changed(decision).verified_at == NOW


def test_what_was_entered_in_time_and_arrived_too_late_is_our_fault() -> None:
    application, code = awaiting()
    decision = check(application, code, taken_at=IN_TIME, stamped_at=END + HOUR, now=END + HOUR)
    assert decision.reply == Refused(application_id=ID, problem=Problem.DELAYED)
    assert changed(decision).was_delayed
    later = check(swept(application), code, taken_at=IN_TIME, stamped_at=END + HOUR, now=END + HOUR)
    assert later.reply == decision.reply
    assert changed(later).was_delayed
    theirs = check(application, code, taken_at=END, stamped_at=END + HOUR, now=END + HOUR)
    assert not changed(theirs).was_delayed


class TestAfterTheSweep:
    """What the sweep closed is still decided by what arrived before the end."""

    def test_the_right_code_verifies(self) -> None:
        application, code = awaiting()
        decision = check(swept(application), code, taken_at=IN_TIME, stamped_at=IN_TIME, now=END + 20 * HOUR)
        assert isinstance(decision.reply, CodeAccepted)
        assert changed(decision).verified_at == IN_TIME
        states = [entry.state for entry in changed(decision).history]
        assert states[-3:] == [State.AWAITING_CODE, State.EXPIRED, State.VERIFIED]

    def test_a_wrong_code_costs_a_try_and_the_fifth_locks(self) -> None:
        application, code = awaiting()
        application = swept(application)
        for left in (4, 3, 2, 1):
            decision = check(application, a_wrong_code(code), taken_at=IN_TIME, stamped_at=IN_TIME, now=END + HOUR)
            assert decision.reply == Refused(application_id=ID, problem=Problem.CODE_WRONG, tries_left=left)
            application = changed(decision)
            assert (application.state, application.tries_left) == (State.EXPIRED, left)
        last = check(application, a_wrong_code(code), taken_at=IN_TIME, stamped_at=IN_TIME, now=END + HOUR)
        assert state(last) is State.LOCKED

    def test_a_late_code_changes_nothing(self) -> None:
        application, code = awaiting()
        decision = check(swept(application), code, taken_at=END, stamped_at=END, now=END + HOUR)
        assert decision.changed is None
        assert problem(decision) is Problem.CODE_EXPIRED

    def test_after_a_day_it_is_final(self) -> None:
        application, code = awaiting()
        closed_at = END + SWEPT_AFTER
        for now, expected in ((closed_at + RETRIED_FOR - TICK, State.VERIFIED), (closed_at + RETRIED_FOR, None)):
            decision = check(swept(application), code, taken_at=IN_TIME, stamped_at=IN_TIME, now=now)
            assert (decision.changed.state if decision.changed else None) is expected

    def test_what_a_late_code_closed_stays_closed(self) -> None:
        application, code = awaiting()
        closed = changed(check(application, code, taken_at=END, stamped_at=END, now=END))
        decision = check(closed, code, taken_at=IN_TIME, stamped_at=IN_TIME, now=END)
        assert decision.changed is None
        assert problem(decision) is Problem.CODE_EXPIRED
