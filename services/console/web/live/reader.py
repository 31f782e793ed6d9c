"""Reads how everything stands: what `acectl top` reads, and how today's applications fare."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.console.health.facts import Failure
from services.console.health.judge import judge_health
from services.console.health.observer import Observer
from services.console.queues import queue_lines, queue_statistics
from services.console.web.live.snapshot import Snapshot
from shared import clock
from shared.domain.errors import TransientFailure
from shared.storage.errors import DriverError
from shared.storage.reports import CodeEmails, Reports

COUNTED_EVERY = timedelta(seconds=10)
"""How often applications are counted: that reads many of them."""

PROMISE = timedelta(seconds=10)
"""Within which a code email is to be out, from the person's click."""

LATELY, MOST = timedelta(hours=1), 1_000
"""How far back code emails are measured, and how many at most: the latest."""


@dataclass(frozen=True)
class _Counts:
    at: datetime
    reached: dict[str, int]
    code_emails: CodeEmails


class Reader:
    """Where each look gets its facts."""

    def __init__(self, observer: Observer, reports: Reports) -> None:
        self._observer = observer
        self._reports = reports
        self._counts: _Counts | None = None

    async def look(self) -> Snapshot:
        """How everything stands now. What is away is a part of its health."""
        facts, self._counts = await asyncio.gather(self._observer.look(), self._count(clock.now()))
        broker, counts = facts.broker, self._counts
        found = {} if isinstance(broker, Failure) else dict(broker.queues)
        return Snapshot(
            at=facts.at,
            health=judge_health(facts),
            queues=() if isinstance(broker, Failure) else tuple(queue_lines.summarize_queues(found, ages=broker.ages)),
            delays=queue_statistics.summarize_delays(found),
            reached=counts.reached if counts else None,
            code_emails=counts.code_emails if counts else None,
        )

    async def _count(self, at: datetime) -> _Counts | None:
        """The counts, at most `COUNTED_EVERY` old; None if the database is away, or takes too long."""
        if self._counts and at - self._counts.at < COUNTED_EVERY:
            return self._counts
        try:
            reached = await self._reports.count_reached(begin_day(at))
            return _Counts(at, reached, await self._reports.measure_code_emails(at - LATELY, at, PROMISE, MOST))
        except (TransientFailure, DriverError):
            return None


def begin_day(now: datetime) -> datetime:
    """Midnight in Washington before this time: the form's day."""
    return now.astimezone(clock.EASTERN).replace(hour=0, minute=0, second=0, microsecond=0)
