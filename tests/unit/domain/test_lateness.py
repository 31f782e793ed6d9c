"""When a person entered something."""

from datetime import UTC, datetime, timedelta

from shared.domain.lateness import clamp_entry_time

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def test_lateness_goes_by_when_it_was_taken() -> None:
    issued = NOW - timedelta(minutes=15)
    assert clamp_entry_time(NOW - timedelta(minutes=6), issued, NOW) == NOW - timedelta(minutes=6)


def test_nothing_is_entered_before_it_could_be_or_in_the_future() -> None:
    issued = NOW - timedelta(minutes=5)
    assert clamp_entry_time(NOW - timedelta(hours=1), issued, NOW) == issued
    assert clamp_entry_time(NOW + timedelta(hours=1), issued, NOW) == NOW
