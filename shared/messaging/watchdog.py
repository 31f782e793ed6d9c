"""Detects that messages no longer reach this process although the broker is there, whatever the client reports.

Connections, channels and consumers recover by themselves (`connection`). If they ever do not, the process would wait
forever and look alive, so it ends and its supervisor restarts it. It keeps no state, so nothing is lost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

import aio_pika
import structlog
from faststream.rabbit import RabbitBroker

from shared.messaging.amqp import BROKER_AWAY

log = structlog.get_logger()

PAUSE = 5.0
"""Seconds between two looks."""

LOOKS = 6
"""Looks in a row, half a minute in all: enough for a queue to elect a new leader."""

REACHED_WITHIN = 5.0


async def consumes(broker: RabbitBroker) -> bool:
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


async def is_reachable(url: str) -> bool:
    """Whether a new connection to the broker can be made."""
    try:
        async with asyncio.timeout(REACHED_WITHIN):
            await (await aio_pika.connect(url)).close()
    except BROKER_AWAY:
        return False
    return True


async def watch(
    consuming: Callable[[], Awaitable[bool]],
    is_reachable: Callable[[], Awaitable[bool]],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Returns if the broker was reachable in several looks in a row while nothing reached us; otherwise never."""
    missed = 0
    while missed < LOOKS:
        await pause(PAUSE)
        if await consuming() or not await is_reachable():
            missed = 0
            continue
        missed += 1
        log.warning("no messages reach this process although the broker is there", looks=missed)
