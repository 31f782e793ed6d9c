"""How often something happened within a window, and when fewer will have."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.limits.tally import DAY, HOUR, SLOT, Tally, find_slot

NOW = datetime(2026, 11, 22, 15, 2, tzinfo=UTC)

ages = st.lists(st.integers(0, 90_000), max_size=30)
windows = st.sampled_from([HOUR, DAY])


def tally(*ages: int) -> Tally:
    """What was counted so many seconds ago."""
    counts: dict[int, int] = {}
    for age in ages:
        slot = find_slot(NOW - timedelta(seconds=age))
        counts[slot] = counts.get(slot, 0) + 1
    return Tally(counts)


@given(ages, windows)
def test_a_count_is_at_most_a_slot_short_of_the_window_and_never_beyond_it(taken: list[int], window: timedelta) -> None:
    counted = tally(*taken).count(window, NOW)
    seconds = window.total_seconds()
    assert counted <= sum(age <= seconds for age in taken)
    assert counted >= sum(age <= seconds - SLOT.total_seconds() for age in taken)


@given(ages, st.integers(1, 20), windows)
def test_the_time_that_is_told_is_free_and_within_the_window(taken: list[int], most: int, window: timedelta) -> None:
    counted = tally(*taken)
    free = counted.find_next_free(most, window, NOW)
    assert counted.count(window, free) < most
    assert NOW <= free <= NOW + window


def test_what_no_window_reaches_is_stale() -> None:
    old, new = NOW - DAY - SLOT, NOW - DAY + SLOT
    assert Tally({find_slot(old): 1, find_slot(new): 1}).list_stale(NOW) == [find_slot(old)]
