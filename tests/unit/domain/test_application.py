"""An application by itself: what may follow what, and when it ends."""

from datetime import datetime, timedelta
from itertools import pairwise, product
from uuid import UUID, uuid4

import pytest

from shared.domain.application import Application, Code, Parked
from shared.domain.letter import LEASE, LetterKind, LetterStatus
from shared.domain.outcome import Outcome
from shared.domain.state import FINAL, State

NOW = datetime.fromisoformat("2026-11-22T15:00:00+00:00")
LATER = NOW + timedelta(minutes=10)
TICK = timedelta(milliseconds=1)
CODE_LETTER = LetterKind.VERIFICATION_CODE

AS_DESCRIBED = """
    requested -> rejected | abandoned | expired
    requested -> awaiting-code -> verified -> submitted -> provisioned -> completed
                 awaiting-code -> expired | locked | abandoned | rejected
                 verified      -> expired | abandoned
                 submitted     -> rejected
"""


def described() -> set[tuple[State, State]]:
    """The transitions of the description, read from its picture."""
    found = set()
    for line in AS_DESCRIBED.strip().splitlines():
        groups = [[State(name.strip()) for name in group.split("|")] for group in line.split("->")]
        for [state], following in pairwise(groups):
            found |= {(state, follower) for follower in following}
    return found


def begun() -> Application:
    return Application.begin(UUID(int=1), gateway="gateway", taken_at=NOW, now=NOW, cause="start-application")


def in_state(state: State) -> Application:
    """An application that came to this state in a way that is described."""
    ways = {State.REQUESTED: begun()}
    while state not in ways:
        for before, after in described():
            if before in ways and after not in ways:
                ways[after] = ways[before].moved(after, NOW, "test")
    return ways[state]


@pytest.mark.parametrize(("state", "following"), list(product(State, State)))
def test_states_follow_each_other_as_described_and_not_otherwise(state: State, following: State) -> None:
    application = in_state(state)
    if (state, following) in described():
        moved = application.moved(following, NOW, "test")
        assert moved.state is following
        assert moved.history[:-1] == application.history
        assert (moved.history[-1].state, moved.history[-1].at, moved.history[-1].cause) == (following, NOW, "test")
    else:
        with pytest.raises(ValueError, match="is no transition"):
            application.moved(following, NOW, "test")


def test_the_final_states_are_those_that_nothing_follows() -> None:
    assert frozenset(State) - {state for state, _ in described()} == FINAL


def test_an_application_ends_by_itself_where_somebody_is_waited_for() -> None:
    assert begun().ends_at == NOW + timedelta(hours=1)
    awaiting = begun().awaiting(Code("mac", NOW, NOW + timedelta(minutes=10)), NOW, "test")
    assert awaiting.ends_at == NOW + timedelta(minutes=10)
    entered = NOW + timedelta(minutes=9)
    verified = awaiting.verified("grant", entered, NOW + timedelta(minutes=30), "test")
    assert verified.ends_at == entered + timedelta(hours=6)
    assert verified.submitted("sealed", NOW, "test").ends_at is None


def test_no_code_is_tried_that_was_not_issued() -> None:
    with pytest.raises(ValueError, match="no code was issued"):
        begun().tried()


def test_an_outcome_is_kept_beside_the_earlier_ones() -> None:
    one, other = uuid4(), uuid4()
    application = begun().remembering(one, Outcome(NOW)).remembering(other, Outcome(NOW))
    assert application.handled.keys() == {one, other}


def test_a_letter_counts_each_time_that_it_was_claimed() -> None:
    kind = LetterKind.ACCOUNT_READY
    application = begun().letter_claimed(kind, NOW).letter_settled(kind, LetterStatus.DEFERRED, NOW, "test")
    assert application.letter_claimed(kind, NOW).letters[kind].attempts == 2


def parked(letter: LetterKind | None = CODE_LETTER) -> Parked:
    return Parked(uuid4(), "code-issued", "too old", LATER, letter)


@pytest.mark.parametrize("status", [None, LetterStatus.DEFERRED, LetterStatus.PARKED])
def test_a_letter_whose_message_is_parked_is_parked(status: LetterStatus | None) -> None:
    application = begun().letter_claimed(CODE_LETTER, NOW) if status else begun()
    if status:
        application = application.letter_settled(CODE_LETTER, status, NOW, "test", "451 later")
    letter = application.with_parked(parked()).letters[CODE_LETTER]
    assert (letter.status, letter.at, letter.leased_until) == (LetterStatus.PARKED, LATER, None)
    assert letter.reason == ("451 later" if status else "too old")


@pytest.mark.parametrize("status", [LetterStatus.SENT, LetterStatus.REFUSED])
def test_a_letter_that_the_mail_server_decided_about_stays_as_it_is(status: LetterStatus) -> None:
    application = begun().letter_settled(CODE_LETTER, status, NOW, "test")
    assert application.with_parked(parked()).letters == application.letters


def test_a_letter_that_another_notifier_has_in_hand_stays_claimed() -> None:
    claimed = begun().letter_claimed(CODE_LETTER, LATER - LEASE + TICK)
    assert claimed.with_parked(parked()).letters == claimed.letters
    lapsed = begun().letter_claimed(CODE_LETTER, LATER - LEASE)
    assert lapsed.with_parked(parked()).letters[CODE_LETTER].status is LetterStatus.PARKED


def test_a_parked_message_without_a_letter_parks_none() -> None:
    assert begun().with_parked(parked(None)).letters == {}
