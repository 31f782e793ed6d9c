"""How many messages and consumers a queue has, as far as the broker knows.

For a quorum queue the broker asks the queue's leader. If the leader does not answer within a quarter of a second, the
broker tells zero of both (``rabbit_quorum_queue:stat`` in RabbitMQ 3.8 to 4): on a busy broker, a full queue would look
empty and a consumed one abandoned.
"""

import asyncio
from dataclasses import dataclass

from aio_pika.abc import AbstractChannel

SILENCE = 0.2
"""Seconds after which zeros may stand for a leader that did not answer. The broker waits 0.25 s for it."""

LOOKS = 4
"""How often to ask before the counts are unknown."""


@dataclass(frozen=True)
class QueueCounts:
    """What the broker says about a queue."""

    ready: int
    consumers: int


async def count_queue(channel: AbstractChannel, name: str) -> QueueCounts | None:
    """A queue's messages that are ready and its consumers. None: its leader does not answer the broker.

    Raises `ChannelNotFoundEntity` if there is no such queue, which also closes the channel.
    """
    loop = asyncio.get_running_loop()
    for _ in range(LOOKS):
        asked = loop.time()
        said = (await channel.declare_queue(name, passive=True)).declaration_result
        counts = QueueCounts(said.message_count or 0, said.consumer_count or 0)
        if counts.ready or counts.consumers or loop.time() - asked < SILENCE:
            return counts
    return None
