"""Detects that messages no longer reach this process although the broker is up, whatever the client reports.

Connections, channels and consumers recover by themselves (`connection`). If they ever fail to, the process would look
alive and wait forever. It ends instead, and its supervisor restarts it; it has no state to lose.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, cast

import aio_pika
import structlog
from faststream.rabbit import RabbitBroker

from shared.messaging.amqp import BROKER_AWAY
from shared.messaging.queue_counts import count_queue
from shared.observability import health
from shared.security import tls

log = structlog.get_logger()

PAUSE = 5.0
"""Seconds between checks."""

CHECKS = 6
"""Failed checks in a row, half a minute in all: enough time for a queue to elect a new leader."""

REACHED_WITHIN = 5.0


async def is_consuming(broker: RabbitBroker) -> bool:
    """Whether each subscriber has a consumer on an open channel, as far as our client knows.

    The broker only counts a queue's consumers, including those of other processes. FastStream has no public names for
    what is read here; a test fails if an upgrade removes them.
    """
    for subscriber in cast("Iterable[Any]", broker.subscribers):
        queue, tag = subscriber._queue_obj, subscriber._consumer_tag
        if queue is None or tag is None:
            return False
        channel = await queue.channel.get_underlay_channel()
        if channel.is_closed or tag not in channel.consumers:
            return False
    return True


async def have_consumers(broker: RabbitBroker, queues: Sequence[str]) -> bool:
    """Whether each of these queues has a consumer, according to the broker."""
    async with (await broker.connect()).channel() as channel:
        for name in queues:
            counts = await count_queue(channel, name)
            if counts is None or not counts.consumers:
                return False
    return True


class Reach:
    """Whether the broker accepts a new connection. Logs once why TLS fails, which only a person can mend.

    The client tries on in silence, whatever the reason.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._reason: str | None = None

    async def is_reachable(self) -> bool:
        """Connects, and disconnects."""
        try:
            async with asyncio.timeout(REACHED_WITHIN):
                await (await aio_pika.connect(self._url)).close()
        except BROKER_AWAY as error:
            reason = tls.BROKER.explain_failure(error)
            if reason and reason != self._reason:
                log.error("cannot connect to the broker", reason=reason)
            self._reason = reason
            return False
        self._reason = None
        return True


async def watch(broker: RabbitBroker, url: str) -> None:
    """Returns once messages fail to reach us in several checks in a row although the broker is reachable."""
    await count_misses(lambda: health.holds(lambda: is_consuming(broker)), Reach(url).is_reachable)


async def count_misses(
    consuming: Callable[[], Awaitable[bool]],
    reachable: Callable[[], Awaitable[bool]],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Returns after `CHECKS` checks in a row that find the broker reachable and nothing consuming."""
    missed = 0
    while missed < CHECKS:
        await pause(PAUSE)
        if await consuming() or not await reachable():
            missed = 0
            continue
        missed += 1
        log.warning("no messages reach this process although the broker is up", checks=missed)
