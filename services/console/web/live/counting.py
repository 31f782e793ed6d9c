"""Counts applications in a task of its own: counting many takes seconds, and health must not wait for it."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared import clock
from shared.domain.errors import TransientFailure
from shared.storage.errors import DriverError
from shared.storage.reports import CodeEmails, Reports

EVERY = 10.0
"""Seconds between two counts, or twice as long as the last one took: at most a third of the time is spent counting."""

OLD = timedelta(minutes=1)
"""After which nobody should see a count any more."""

PROMISE = timedelta(seconds=10)
"""Within which a code email is to be out, from the person's click."""

LATELY, MOST = timedelta(hours=1), 1_000
"""How far back code emails are measured, and how many at most: the latest."""


@dataclass(frozen=True)
class Counts:
    """How today's applications fare, and the code emails of the last hour."""

    at: datetime
    reached: dict[str, int]
    code_emails: CodeEmails


class Counting:
    """The latest counts. Only counts if somebody looks."""

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._latest: Counts | None = None
        self._asked = asyncio.Event()

    def ask(self) -> None:
        """Somebody looks: has a newer count made soon."""
        self._asked.set()

    def read(self, now: datetime) -> Counts | None:
        """The latest counts; None if there are none, or only old ones."""
        return self._latest if self._latest and now - self._latest.at < OLD else None

    async def run(self) -> None:
        """Counts until cancelled. A count that fails is not tried again sooner than another."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            begun = time.monotonic()
            self._latest = await self._count(clock.now())
            await asyncio.sleep(max(EVERY, 2 * (time.monotonic() - begun)))

    async def _count(self, at: datetime) -> Counts | None:
        try:
            reached = await self._reports.count_reached(begin_day(at))
            return Counts(at, reached, await self._reports.measure_code_emails(at - LATELY, at, PROMISE, MOST))
        except (TransientFailure, DriverError):
            return None


def begin_day(now: datetime) -> datetime:
    """Midnight in Washington before this time: the form's day."""
    return now.astimezone(clock.EASTERN).replace(hour=0, minute=0, second=0, microsecond=0)
