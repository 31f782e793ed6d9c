"""Counting retries takes messages out of their delays: seldom, and never where a person waits."""

import asyncio
from collections import Counter

import pytest

from services.console.queues.queue_statistics import QueueStatistics
from services.console.queues.reading import WAITING, may_count_waiting
from services.console.web.live.retry_counts import KEPT, RetryCounts, Waits
from shared.messaging.topology import RETRY_STEPS


async def test_however_many_people_look_they_are_taken_out_once_in_some_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, looks = 1_000.0, 0

    async def look() -> Waits:
        nonlocal looks
        looks += 1
        await asyncio.sleep(0)
        return {"verifier.check-code": Counter({"30 s": looks})}

    monkeypatch.setattr("services.console.web.live.retry_counts.time.monotonic", lambda: now)
    counts = RetryCounts(look)
    first = await asyncio.gather(*(counts.read() for _ in range(5)))
    assert (looks, len({id(one) for one in first})) == (1, 1)
    now += KEPT - 0.1
    await counts.read()
    assert looks == 1
    now += 0.1
    assert await counts.read() == {"verifier.check-code": Counter({"30 s": 2})}


@pytest.mark.parametrize(
    ("step", "statistics", "may"),
    [
        ("ace.retry.30s", QueueStatistics(3, 0), True),
        ("ace.retry.1s", QueueStatistics(1, 0), False),
        ("ace.retry.5s", QueueStatistics(1, 0), False),
        ("ace.retry.600s", QueueStatistics(WAITING + 1, 0), False),
        ("ace.retry.600s", QueueStatistics(0, 0, answers=False), False),
    ],
    ids=["long", "a second", "five seconds", "too many", "no answer"],
)
def test_nothing_is_taken_out_while_a_person_waits_in_a_short_delay(
    step: str, statistics: QueueStatistics, may: bool
) -> None:
    empty = {each.name: QueueStatistics(0, 0) for each in RETRY_STEPS}
    assert may_count_waiting(empty | {step: statistics}) is may
