"""A gateway's time counts only within the minute before the command arrived."""

from datetime import UTC, datetime, timedelta

from shared.domain.lateness import COUNTS_BACK, clamp_entry_time

ARRIVED = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def test_within_the_minute_before_its_arrival_the_gateway_says_when_something_was_entered() -> None:
    for before in (timedelta(), SECOND, COUNTS_BACK):
        assert clamp_entry_time(ARRIVED - before, ARRIVED) == ARRIVED - before


def test_a_gateway_gains_a_minute_at_most() -> None:
    assert timedelta(seconds=60) == COUNTS_BACK
    for before in (COUNTS_BACK + SECOND, 20 * HOUR, timedelta(days=9_000)):
        assert clamp_entry_time(ARRIVED - before, ARRIVED) == ARRIVED - COUNTS_BACK


def test_nothing_is_entered_after_it_arrived_or_before_it_could_be() -> None:
    assert clamp_entry_time(ARRIVED + HOUR, ARRIVED) == ARRIVED
    issued_at = ARRIVED - SECOND
    assert clamp_entry_time(ARRIVED - COUNTS_BACK, ARRIVED, issued_at) == issued_at
    assert clamp_entry_time(ARRIVED, ARRIVED, issued_at) == ARRIVED
