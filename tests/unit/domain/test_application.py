"""An application alone: which state may follow which, and when it ends."""

from datetime import timedelta
from itertools import pairwise, product
from typing import ClassVar
from uuid import uuid4

import pytest

from shared.contracts.events import ApplicationSubmitted
from shared.contracts.message import Event
from shared.contracts.state import FOLLOWERS, State
from shared.domain.application import RETRIED_FOR, SWEEP, Application, Code, Parked
from shared.domain.handled_result import HandledResult
from tests.support.applications import NOW, TICK, begun

LATER = NOW + timedelta(minutes=10)

AS_DESCRIBED = """
    requested -> rejected | abandoned | expired
    requested -> awaiting-code -> verified -> submitted -> provisioned -> completed
                 awaiting-code -> expired | locked | abandoned | rejected
                 verified      -> expired | abandoned
                 submitted     -> rejected
"""


def described() -> set[tuple[State, State]]:
    """The documented transitions, read from their diagram."""
    found = set()
    for line in AS_DESCRIBED.strip().splitlines():
        groups = [[State(name.strip()) for name in group.split("|")] for group in line.split("->")]
        for [state], following in pairwise(groups):
            found |= {(state, follower) for follower in following}
    return found


def in_state(state: State) -> Application:
    """An application that got to this state in a documented way."""
    ways = {State.REQUESTED: begun()}
    while state not in ways:
        for before, after in described():
            if before in ways and after not in ways:
                ways[after] = ways[before].move_to(after, NOW, "test")
    return ways[state]


@pytest.mark.parametrize(("state", "following"), list(product(State, State)))
def test_states_follow_each_other_as_described_and_not_otherwise(state: State, following: State) -> None:
    application = in_state(state)
    if (state, following) in described():
        moved = application.move_to(following, NOW, "test")
        assert moved.state is following
        assert moved.history[:-1] == application.history
        assert (moved.history[-1].state, moved.history[-1].at, moved.history[-1].cause) == (following, NOW, "test")
    else:
        with pytest.raises(ValueError, match="is no transition"):
            application.move_to(following, NOW, "test")


@pytest.mark.parametrize(("state", "following"), list(product(State, State)))
def test_what_the_sweep_expired_may_still_end_as_what_arrived_in_time_says(state: State, following: State) -> None:
    before = in_state(state)
    if (state, State.EXPIRED) not in described():
        return
    swept = before.expire(LATER, SWEEP)
    if (state, following) in {
        (State.AWAITING_CODE, State.VERIFIED),
        (State.AWAITING_CODE, State.LOCKED),
        (State.VERIFIED, State.SUBMITTED),
    }:
        assert [entry.state for entry in swept.move_to(following, LATER, "test").history[-3:]] == [
            state,
            State.EXPIRED,
            following,
        ]
    else:
        with pytest.raises(ValueError, match="is no transition"):
            swept.move_to(following, LATER, "test")


def test_only_for_a_day_and_only_after_the_sweep_does_an_application_count_as_open() -> None:
    awaiting = in_state(State.AWAITING_CODE)
    swept, closed = awaiting.expire(NOW, SWEEP), awaiting.expire(NOW, "check-code")
    assert swept.is_in(State.AWAITING_CODE, NOW + RETRIED_FOR - TICK)
    assert not swept.is_in(State.AWAITING_CODE, NOW + RETRIED_FOR)
    assert not swept.is_in(State.VERIFIED, NOW)
    assert not closed.is_in(State.AWAITING_CODE, NOW)


def test_the_final_states_are_those_that_nothing_follows() -> None:
    assert {state for state, _ in described()} == FOLLOWERS.keys()


def test_an_application_ends_by_itself_where_somebody_is_waited_for() -> None:
    assert begun().ends_at == NOW + timedelta(hours=1)
    awaiting = begun().await_code(Code("mac", NOW, NOW + timedelta(minutes=10)), NOW, "test")
    assert awaiting.ends_at == NOW + timedelta(minutes=10)
    entered = NOW + timedelta(minutes=9)
    verified = awaiting.verify("grant", entered, NOW + timedelta(minutes=30), "test")
    assert verified.ends_at == entered + timedelta(hours=6)
    assert verified.submit("sealed", NOW, "test").ends_at is None


def test_no_code_is_tried_that_was_not_issued() -> None:
    with pytest.raises(ValueError, match="no code was issued"):
        begun().count_try()


def test_a_result_is_kept_with_the_earlier_ones() -> None:
    one, other = uuid4(), uuid4()
    application = begun().remember(one, HandledResult(NOW)).remember(other, HandledResult(NOW))
    assert application.handled.keys() == {one, other}


def test_a_note_keeps_the_state_and_is_added_to_the_history() -> None:
    noted = begun().note(LATER, "email-refused (account-ready)")
    assert noted.state is begun().state
    assert (noted.history[-1].state, noted.history[-1].cause) == (noted.state, "email-refused (account-ready)")


def test_a_parked_message_stays_marked_until_it_is_unparked() -> None:
    parked = Parked(uuid4(), "application-accepted", "too old", LATER)
    assert begun().park_message(parked).parked == {parked.message_id: parked}
    assert begun().park_message(parked).unpark_message(parked.message_id).parked == {}


def test_a_sealed_code_is_dropped_whatever_the_version_of_its_message() -> None:
    class CodeIssuedV0(Event):
        TYPE: ClassVar[str] = "code-issued.v0"

    id = uuid4()
    kept = ApplicationSubmitted(application_id=id)
    application = begun().remember(id, HandledResult(NOW, follow_ups=(CodeIssuedV0(application_id=id), kept)))
    assert application.drop_code_email().handled[id].follow_ups == (kept,)
