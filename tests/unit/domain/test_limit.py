"""How often something may happen within a sliding window, and when the next one may."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.lateness import clamp_entry_time
from shared.domain.limit import CODES, FAILED_MATCHES, Limit, find_next_free

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TICK = timedelta(milliseconds=1)

hits = st.lists(st.integers(0, 90_000).map(lambda seconds: NOW - timedelta(seconds=seconds)), max_size=12)
limits = st.lists(
    st.builds(Limit, st.integers(1, 6), st.integers(1, 90_000).map(lambda seconds: timedelta(seconds=seconds))),
    min_size=1,
    max_size=3,
)


def ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=minute) for minute in minutes]


def test_an_importer_may_have_three_codes_an_hour_and_five_a_day() -> None:
    assert find_next_free(ago(10, 20), CODES, NOW) is None
    assert find_next_free(ago(10, 20, 50), CODES, NOW) == NOW + timedelta(minutes=10)
    assert find_next_free(ago(100, 200, 300, 400), CODES, NOW) is None
    assert find_next_free(ago(100, 200, 300, 400, 500), CODES, NOW) == NOW + timedelta(minutes=24 * 60 - 500)


def test_an_importer_number_may_fail_to_match_twenty_times_an_hour() -> None:
    assert find_next_free(ago(*range(1, 20)), FAILED_MATCHES, NOW) is None
    assert find_next_free(ago(*range(1, 21)), FAILED_MATCHES, NOW) == NOW + timedelta(minutes=40)


def test_a_place_is_free_again_exactly_when_its_window_is_over() -> None:
    once_an_hour = [Limit(1, HOUR)]
    assert find_next_free([NOW - HOUR + TICK], once_an_hour, NOW) == NOW + TICK
    assert find_next_free([NOW - HOUR], once_an_hour, NOW) is None


def test_the_limit_that_frees_up_last_decides() -> None:
    both = [Limit(1, HOUR), Limit(2, 24 * HOUR)]
    assert find_next_free(ago(30, 120), both, NOW) == NOW + timedelta(hours=22)
    assert find_next_free(ago(30), both, NOW) == NOW + timedelta(minutes=30)


def test_places_in_any_order_count_the_same() -> None:
    assert find_next_free(ago(50, 10, 20), CODES, NOW) == find_next_free(ago(10, 20, 50), CODES, NOW)


@given(hits, limits)
def test_the_reported_time_is_the_first_at_which_one_more_is_allowed(
    taken: list[datetime], within: list[Limit]
) -> None:
    free = find_next_free(taken, within, NOW)
    if free is None:
        assert all(sum(hit > NOW - limit.window for hit in taken) < limit.times for limit in within)
    else:
        assert free > NOW
        assert find_next_free(taken, within, free) is None
        assert find_next_free(taken, within, free - TICK) is not None


def test_lateness_goes_by_when_it_was_taken() -> None:
    issued = NOW - timedelta(minutes=15)
    assert clamp_entry_time(NOW - timedelta(minutes=6), issued, NOW) == NOW - timedelta(minutes=6)


def test_nothing_is_entered_before_it_could_be_or_in_the_future() -> None:
    issued = NOW - timedelta(minutes=5)
    assert clamp_entry_time(NOW - HOUR, issued, NOW) == issued
    assert clamp_entry_time(NOW + HOUR, issued, NOW) == NOW
