"""Notices when messages do not reach this process any more although the broker is there, whatever the client believes.

Connections, channels and consumers come back by themselves (`connection`). Should they once not, a process would wait
for ever and look alive: then it ends, and whoever supervises it starts it anew. It keeps nothing, so nothing is lost.
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
"""Looks in a row, half a minute in all: a queue's new leader is elected well within."""

REACHED_WITHIN = 5.0


async def consumes(broker: RabbitBroker) -> bool:
    """Whether each subscriber's own consumer is there, on an open channel, as far as our client knows.

    The broker only tells how many consumers a queue has, other processes' counted. Names with an underscore are
    FastStream's and have no public twin; where they are gone after an upgrade, a test says so.
    """
    for subscriber in cast("Iterable[Any]", broker.subscribers):
        queue, tag = subscriber._queue_obj, subscriber._consumer_tag
        if queue is None or tag is None:
            return False
        channel = await queue.channel.get_underlay_channel()
        if channel.is_closed or tag not in channel.consumers:
            return False
    return True


async def reachable(url: str) -> bool:
    """Whether a new connection to the broker can be made."""
    try:
        async with asyncio.timeout(REACHED_WITHIN):
            await (await aio_pika.connect(url)).close()
    except BROKER_AWAY:
        return False
    return True


async def watch(
    consuming: Callable[[], Awaitable[bool]],
    reachable: Callable[[], Awaitable[bool]],
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> None:
    """Returns when the broker could be reached in several looks in a row and nothing of it reached us. Else never."""
    missed = 0
    while missed < LOOKS:
        await pause(PAUSE)
        if await consuming() or not await reachable():
            missed = 0
            continue
        missed += 1
        log.warning("no messages reach this process although the broker is there", looks=missed)
