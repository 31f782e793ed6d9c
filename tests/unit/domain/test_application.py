"""An application alone: which state may follow which, and when it ends."""

from datetime import timedelta
from itertools import pairwise, product
from uuid import uuid4

import pytest

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import FINAL, State
from shared.domain.application import Application, Code, Parked
from shared.domain.email import LEASE
from shared.domain.handled_result import HandledResult
from tests.unit.applications import NOW, TICK, begun

LATER = NOW + timedelta(minutes=10)
CODE_EMAIL = EmailKind.VERIFICATION_CODE

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


def test_the_final_states_are_those_that_nothing_follows() -> None:
    assert frozenset(State) - {state for state, _ in described()} == FINAL


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


def test_an_email_counts_each_claim() -> None:
    kind = EmailKind.ACCOUNT_READY
    application = begun().claim_email(kind, NOW).settle_email(kind, EmailStatus.DEFERRED, NOW, "test")
    assert application.claim_email(kind, NOW).emails[kind].attempts == 2


def parked(email: EmailKind | None = CODE_EMAIL) -> Parked:
    return Parked(uuid4(), "code-issued", "too old", LATER, email)


@pytest.mark.parametrize("status", [None, EmailStatus.DEFERRED, EmailStatus.PARKED])
def test_an_email_whose_message_is_parked_is_parked(status: EmailStatus | None) -> None:
    application = begun().claim_email(CODE_EMAIL, NOW) if status else begun()
    if status:
        application = application.settle_email(CODE_EMAIL, status, NOW, "test", "451 later")
    email = application.park_message(parked()).emails[CODE_EMAIL]
    assert (email.status, email.at, email.leased_until) == (EmailStatus.PARKED, LATER, None)
    assert email.reason == ("451 later" if status else "too old")


@pytest.mark.parametrize("status", [EmailStatus.SENT, EmailStatus.REFUSED])
def test_an_email_that_the_mail_server_decided_about_stays_as_it_is(status: EmailStatus) -> None:
    application = begun().settle_email(CODE_EMAIL, status, NOW, "test")
    assert application.park_message(parked()).emails == application.emails


def test_an_email_that_another_notifier_is_handling_stays_claimed() -> None:
    claimed = begun().claim_email(CODE_EMAIL, LATER - LEASE + TICK)
    assert claimed.park_message(parked()).emails == claimed.emails
    lapsed = begun().claim_email(CODE_EMAIL, LATER - LEASE)
    assert lapsed.park_message(parked()).emails[CODE_EMAIL].status is EmailStatus.PARKED


def test_a_parked_message_without_an_email_parks_none() -> None:
    assert begun().park_message(parked(None)).emails == {}
