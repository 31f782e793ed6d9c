"""An operator's access to the queues."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue

from shared.messaging.queue_counts import count_queue
from tests.support.waiting import until


@dataclass
class Broker:
    """An operator's channel."""

    channel: AbstractChannel

    async def count(self, queue: str) -> int:
        """How many messages are in a queue."""
        counts = await count_queue(self.channel, queue)
        assert counts, f"{queue} does not answer"
        return counts.ready

    async def holds(self, queue: str, count: int) -> None:
        """Waits until so many messages wait in a queue."""

        async def there() -> bool:
            return await self.count(queue) == count

        await until(there)

    async def take(self, queue: str) -> AbstractIncomingMessage:
        """Takes the next message from a queue, once there is one."""
        found = await self.channel.get_queue(queue, ensure=False)

        async def next_one() -> AbstractIncomingMessage | None:
            return await found.get(no_ack=True, fail=False)

        message = await until(next_one)
        assert message
        return message

    async def tap(self, *exchanges: str) -> AbstractQueue:
        """A new queue that receives a copy of everything through these exchanges."""
        queue = await self.channel.declare_queue(exclusive=True)
        for exchange in exchanges:
            await queue.bind(exchange, "#")
        return queue

    async def drain(self, queue: AbstractQueue) -> AsyncIterator[AbstractIncomingMessage]:
        """Takes everything that is in a queue now."""
        while message := await queue.get(no_ack=True, fail=False):
            yield message


@asynccontextmanager
async def looking_into(url: str) -> AsyncIterator[Broker]:
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        yield Broker(channel)
