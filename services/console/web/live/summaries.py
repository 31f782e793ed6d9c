"""Keeps reports for a minute: counting goes through every application of a span, however many people look."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.storage.reports import Summary

KEPT = timedelta(minutes=1)
"""After which a span is counted anew, once somebody asks."""


@dataclass(frozen=True)
class Count:
    """A count that goes on, or is done, or failed."""

    begun_at: datetime
    summary: asyncio.Task[Summary]

    def is_over(self, now: datetime) -> bool:
        """Whether to count anew."""
        failed = self.summary.done() and (self.summary.cancelled() or self.summary.exception() is not None)
        return failed or now - self.begun_at >= KEPT


class Summaries:
    """The latest summary of each span. Whoever asks while one is counted waits for the same."""

    def __init__(self, summarize: Callable[[datetime], Awaitable[Summary]]) -> None:
        self._summarize = summarize
        self._counts: dict[datetime, Count] = {}

    async def read(self, since: datetime, now: datetime) -> tuple[Summary, datetime]:
        """The applications begun since a time, and when they were counted. Raises `TransientFailure`."""
        self._counts = {begin: count for begin, count in self._counts.items() if not count.is_over(now)}
        if (count := self._counts.get(since)) is None:
            count = self._counts[since] = Count(now, asyncio.create_task(self._count(since)))
        return await asyncio.shield(count.summary), count.begun_at

    async def _count(self, since: datetime) -> Summary:
        return await self._summarize(since)
