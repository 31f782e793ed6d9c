"""The queues in each minute of the last day. Kept in memory, and in the database so that a restart loses no more than
the minutes in which no console ran.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from services.console.queues.queue_lines import QueueLine
from services.console.web.live.snapshot import Snapshot
from shared.domain.errors import TransientFailure
from shared.storage.queue_history import Minute, QueueHistory, QueueMinute

log = structlog.get_logger()

DAY = timedelta(hours=24)
MINUTES = 24 * 60


class History:
    """The minutes of a day. The current one changes with each look and is stored once it is over."""

    def __init__(self, stored: QueueHistory) -> None:
        self._stored = stored
        self._minutes: deque[Minute] = deque(maxlen=MINUTES)

    async def load(self, now: datetime) -> None:
        """Reads what earlier processes stored, if the database answers."""
        try:
            self._minutes.extend(await self._stored.list_since(now - DAY))
        except TransientFailure as error:
            log.warning("the history of the queues begins now", reason=str(error))

    async def note(self, snapshot: Snapshot) -> None:
        """Adds a look. Stores the minute before, if this look begins a new one."""
        if not snapshot.queues:
            return  # a gap: nobody knows how they stood
        at = snapshot.at.replace(second=0, microsecond=0)
        seen = tuple(_measure(line) for line in snapshot.queues)
        last = self._minutes[-1] if self._minutes else None
        if last and last.at == at:
            self._minutes[-1] = Minute(at, _merge(last.queues, seen))
            return
        self._minutes.append(Minute(at, seen))
        if last:
            await self._keep(last)

    async def close(self) -> None:
        """Stores the current minute."""
        if self._minutes:
            await self._keep(self._minutes[-1])

    def list_queue(self, name: str, since: datetime) -> Sequence[tuple[datetime, QueueMinute]]:
        """A queue's minutes since this time, oldest first."""
        return [
            (minute.at, queue)
            for minute in self._minutes
            if minute.at >= since
            for queue in minute.queues
            if queue.queue == name
        ]

    async def _keep(self, minute: Minute) -> None:
        try:
            await self._stored.keep(minute)
        except TransientFailure as error:
            log.info("a minute of the history is only in memory", reason=str(error))


def _measure(line: QueueLine) -> QueueMinute:
    return QueueMinute(line.queue, line.ready, line.unacked, line.dead, line.in_per_s, line.out_per_s)


def _merge(before: Sequence[QueueMinute], seen: Sequence[QueueMinute]) -> tuple[QueueMinute, ...]:
    """The highest counts of both, and the rates of the later."""
    earlier = {queue.queue: queue for queue in before}
    return tuple(_keep_highest(earlier.get(queue.queue, queue), queue) for queue in seen)


def _keep_highest(before: QueueMinute, seen: QueueMinute) -> QueueMinute:
    unacked = None if seen.unacked is None else max(before.unacked or 0, seen.unacked)
    return replace(seen, ready=max(before.ready, seen.ready), dead=max(before.dead, seen.dead), unacked=unacked)
