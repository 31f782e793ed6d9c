"""Looks at the first message of a queue for its age: it is delivered for this, and put back.

The broker counts each look toward the message's limit of deliveries. So whoever looks again and again looks rarely at
one that stays, and after a few times no more.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from aio_pika.abc import AbstractChannel, AbstractConnection
from aiormq.exceptions import ChannelAccessRefused, ChannelNotFoundEntity

from services.console.queues.queue_statistics import QueueStatistics
from shared import clock
from shared.messaging import headers
from shared.messaging.broker_limits import DELIVERY_LIMIT
from shared.messaging.topology import WORK_QUEUES, WorkQueue

MOST = DELIVERY_LIMIT // 5
"""Deliveries of a message after which nobody looks at it any more just to learn its age."""

DELIVERIES = "x-delivery-count"
"""The broker's own header: earlier deliveries of this message."""

FIRST_PAUSE = 2.0
"""Seconds until a first message that stays is looked at again; then twice as long, and so on."""


@dataclass(frozen=True)
class Head:
    """What is known about a queue's first message."""

    id: str
    published_at: datetime | None
    ready: int
    """How many messages were ready when it was last known to be first."""
    pause: float
    again_at: float
    """When to look again, by the monotonic clock."""


class Heads:
    """The first messages of all queues, as far as they are known."""

    def __init__(self) -> None:
        self._known: dict[str, Head] = {}

    async def measure(
        self, connection: AbstractConnection, statistics: Mapping[str, QueueStatistics]
    ) -> dict[str, float]:
        """Seconds since the first message of each queue was published, where that is known for sure."""
        found = {}
        channel = await connection.channel(publisher_confirms=False)
        for queue in WORK_QUEUES:
            seen = statistics.get(queue.name)
            if seen is None or not seen.ready:
                self._known.pop(queue.name, None)
                continue
            try:
                age = await self._measure(channel, queue, seen)
            except (ChannelAccessRefused, ChannelNotFoundEntity):
                channel = await connection.channel(publisher_confirms=False)  # the old one is closed
                continue
            if age is not None:
                found[queue.name] = age
        await channel.close()
        return found

    async def _measure(self, channel: AbstractChannel, queue: WorkQueue, seen: QueueStatistics) -> float | None:
        known = self._known.get(queue.name)
        if known and not seen.consumers and seen.ready >= known.ready:  # nobody took it
            known = self._known[queue.name] = replace(known, ready=seen.ready)
            return _measure_age(known.published_at)
        if known and time.monotonic() < known.again_at:
            return None
        got = await (await channel.get_queue(queue.name, ensure=False)).get(fail=False)
        if got is None:
            self._known.pop(queue.name, None)
            return None
        await got.nack(requeue=True)
        stays = known is not None and known.id == got.message_id
        pause = 2 * known.pause if known and stays else FIRST_PAUSE
        if headers.read_count(got, DELIVERIES) >= MOST:
            pause = float("inf")
        published_at = headers.read_publication_time(got, queue.program)
        again_at = time.monotonic() + (pause if stays or pause > FIRST_PAUSE else 0)
        self._known[queue.name] = Head(got.message_id or "", published_at, seen.ready, pause, again_at)
        return _measure_age(published_at)


def _measure_age(published_at: datetime | None) -> float | None:
    return (clock.now() - published_at).total_seconds() if published_at else None
