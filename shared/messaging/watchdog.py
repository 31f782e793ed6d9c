"""Detects that messages no longer reach this process although the broker is there, whatever the client reports.

Connections, channels and consumers recover by themselves (`connection`). If they ever do not, the process would wait
forever and look alive, so it ends and its supervisor restarts it. It keeps no state, so nothing is lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, cast

import aio_pika
import structlog
from faststream.rabbit import RabbitBroker

from shared.messaging.amqp import BROKER_AWAY
from shared.observability import health

log = structlog.get_logger()

PAUSE = 5.0
"""Seconds between two looks."""

LOOKS = 6
"""Looks in a row, half a minute in all: enough for a queue to elect a new leader."""

REACHED_WITHIN = 5.0


async def is_consuming(broker: RabbitBroker) -> bool:
    """Whether each subscriber's own consumer is on an open channel, as far as our client knows.

    The broker only tells how many consumers a queue has, including those of other processes. FastStream has no public
    names for what is read here; a test fails if an upgrade removes them.
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
            queue = await channel.declare_queue(name, passive=True)
            if not queue.declaration_result.consumer_count:
                return False
    return True


async def is_reachable(url: str) -> bool:
    """Whether a new connection to the broker can be made."""
    try:
        async with asyncio.timeout(REACHED_WITHIN):
            await (await aio_pika.connect(url)).close()
    except BROKER_AWAY:
        return False
    return True


async def watch(broker: RabbitBroker, url: str) -> None:
    """Returns if the broker was reachable in several looks in a row while nothing reached us; otherwise never."""
    await count_misses(lambda: health.holds(lambda: is_consuming(broker)), lambda: is_reachable(url))


async def count_misses(
    consuming: Callable[[], Awaitable[bool]],
    reachable: Callable[[], Awaitable[bool]],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Returns after `LOOKS` looks in a row at which nothing was consumed from a broker that was reachable."""
    missed = 0
    while missed < LOOKS:
        await pause(PAUSE)
        if await consuming() or not await reachable():
            missed = 0
            continue
        missed += 1
        log.warning("no messages reach this process although the broker is there", looks=missed)
