"""Counting goes through every application of a span: once a minute, however many people look."""

import asyncio
from datetime import timedelta

from services.console.web.live.summaries import KEPT, Summaries
from shared.domain.errors import TransientFailure
from shared.storage.reports import Summary
from tests.support.applications import NOW

WEEK, MONTH = NOW - timedelta(days=7), NOW - timedelta(days=30)


class Counter:
    """A database that counts once it may, or is away."""

    def __init__(self) -> None:
        self.asked: list[object] = []
        self.may = asyncio.Event()
        self.is_away = False

    async def summarize(self, since: object) -> Summary:
        self.asked.append(since)
        await self.may.wait()
        if self.is_away:
            raise TransientFailure("the database is away")
        return Summary(days=[], reached={}, refusals={}, durations=[], decoys=len(self.asked))


async def test_who_looks_while_a_span_is_counted_waits_for_the_same_count() -> None:
    counter = Counter()
    summaries = Summaries(counter.summarize)
    looks = [asyncio.create_task(summaries.read(WEEK, NOW)) for _ in range(5)]
    await asyncio.sleep(0)
    looks.pop().cancel()  # who goes away takes nobody along
    counter.may.set()
    assert {(one.decoys, at) for one, at in await asyncio.gather(*looks)} == {(1, NOW)}
    assert counter.asked == [WEEK]


async def test_a_span_is_counted_once_a_minute_each_span_for_itself() -> None:
    counter = Counter()
    counter.may.set()
    summaries = Summaries(counter.summarize)
    for since, now in ((WEEK, NOW), (WEEK, NOW + KEPT / 2), (MONTH, NOW + KEPT / 2), (WEEK, NOW + KEPT)):
        await summaries.read(since, now)
    assert counter.asked == [WEEK, MONTH, WEEK]


async def test_a_count_that_failed_is_told_to_all_who_waited_and_tried_again_by_the_next() -> None:
    counter = Counter()
    counter.is_away = True
    counter.may.set()
    summaries = Summaries(counter.summarize)
    told = await asyncio.gather(*(summaries.read(WEEK, NOW) for _ in range(3)), return_exceptions=True)
    assert [str(one) for one in told] == ["the database is away"] * 3
    assert len(counter.asked) == 1
    counter.is_away = False
    assert (await summaries.read(WEEK, NOW))[1] == NOW
