"""Takes messages from the queues before the workers do, and returns them late, out of order or twice.

It republishes them unchanged in their publisher's name, which the broker allows an impersonator.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

from shared.messaging.topology import WORK_QUEUES
from tests.chaos.checks.rest import operator_url
from tests.chaos.processes.system import System

MOVED = "chaos-moved"
"""Header of a moved message; each is moved only once."""


@dataclass
class Mover:
    """Moves messages, each with a delay of at most `longest` seconds."""

    channel: AbstractChannel
    chance: random.Random
    longest: float
    copies: int
    moved: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    held: asyncio.Event = field(default_factory=asyncio.Event)
    """While set, messages move on. Cleared to hold everything back."""

    async def take(self, raw: AbstractIncomingMessage) -> None:
        """Takes one message."""
        task = asyncio.create_task(self._move(raw))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _move(self, raw: AbstractIncomingMessage) -> None:
        is_new = MOVED not in raw.headers
        raw.headers[MOVED] = 1
        for _ in range(self.copies if is_new else 1):
            if is_new:
                await asyncio.sleep(self.chance.uniform(0, self.longest))
                await self.held.wait()
            await self.channel.default_exchange.publish(raw, raw.consumer_tag or "")
        self.moved += is_new
        await raw.ack()


@asynccontextmanager
async def mover(system: System, chance: random.Random, longest: float, copies: int) -> AsyncIterator[Mover]:
    """Runs the mover during the block. Its consumers' tags are the queues' names."""
    async with await aio_pika.connect(operator_url(system)) as connection:
        channel = await connection.channel(on_return_raises=True)
        await channel.set_qos(prefetch_count=200)
        found = Mover(channel, chance, longest, copies)
        found.held.set()
        for work in WORK_QUEUES:
            if not work.has_dead_letters:
                continue
            queue = await channel.get_queue(work.name, ensure=False)
            # The broker serves consumers with the highest priority first.
            await queue.consume(found.take, consumer_tag=work.name, arguments={"x-priority": 10})
        try:
            yield found
        finally:
            found.held.set()
            for work in WORK_QUEUES:
                if work.has_dead_letters:
                    await (await channel.get_queue(work.name, ensure=False)).cancel(work.name)
            while found.tasks:
                await asyncio.wait(found.tasks)
