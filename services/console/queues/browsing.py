"""Takes messages out of a queue for a moment and puts them back.

A quorum queue cannot be browsed: its messages are delivered, read and returned. While they are held, nobody else sees
them. Whatever is not acknowledged goes back, even if this process or its connection dies.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage
from aiormq.exceptions import ChannelAccessRefused, ChannelNotFoundEntity

from services.console.output.deadline import note_progress
from services.console.output.exit_codes import Unavailable
from shared.messaging.amqp import BROKER_AWAY
from shared.messaging.queue_counts import count_queue

MOST = 65_535
"""Maximum number of messages to hold: AMQP counts the prefetch in two bytes."""

TAG = "acectl"
"""Our consumer's name."""

LOOKS, PAUSE = 5, 0.2
"""How often, and how many seconds apart, to check whether somebody else is still reading a queue."""

QUIET = 3.0
"""Seconds without a message after which no more are expected, unless the caller says otherwise."""


class BeingRead(Unavailable):
    """Somebody else reads the queue. Nothing is wrong: it takes moments, or as long as a replay."""


@asynccontextmanager
async def hold_messages(
    connection: AbstractConnection, queue_name: str, most: int = MOST, quiet: float = QUIET
) -> AsyncIterator[list[AbstractIncomingMessage]]:
    """Holds the first messages of a queue while the block runs. `quiet`: after so many seconds no more are expected."""
    channel = await connection.channel(publisher_confirms=False)
    expected = min(await _count_free(channel, queue_name), most)
    queue = await channel.get_queue(queue_name, ensure=False)
    try:
        taken: list[AbstractIncomingMessage] = []
        arrived = asyncio.Event()

        async def take(raw: AbstractIncomingMessage) -> None:
            taken.append(raw)
            note_progress()
            arrived.set()

        if not expected:
            yield []
            return
        await channel.set_qos(prefetch_count=expected)
        with _refuse_a_second_reader(queue_name):  # nobody else may see a part and take it for everything
            await queue.consume(take, exclusive=True, consumer_tag=TAG)
        await _wait_until(lambda: len(taken) >= expected, arrived, quiet)
        yield taken[:]  # any that arrive in the meantime go back unseen
    finally:
        with suppress(*BROKER_AWAY):  # already closed: the broker has taken them back
            await queue.cancel(TAG)
            await (await channel.get_underlay_channel()).basic_nack(0, multiple=True, requeue=True)
        with suppress(*BROKER_AWAY):
            await channel.close()


async def _count_free(channel: AbstractChannel, name: str) -> int:
    """The queue's length, once nobody is reading it: a reader that stopped counts until its messages are back."""
    for _ in range(LOOKS):
        try:
            counts = await count_queue(channel, name)
        except ChannelNotFoundEntity:
            raise Unavailable(f"there is no queue {name}: acectl topology apply creates it") from None
        if counts is None:
            raise Unavailable(f"{name} does not answer the broker: try again")
        if not counts.consumers:
            return counts.ready
        await asyncio.sleep(PAUSE)
    raise _make_taken(name)


@contextmanager
def _refuse_a_second_reader(name: str) -> Iterator[None]:
    try:
        yield
    except ChannelAccessRefused:
        raise _make_taken(name) from None


def _make_taken(name: str) -> BeingRead:
    return BeingRead(
        f"{name} is being read by somebody else, with acectl or in the console: try again when that is done"
    )


async def _wait_until(done: Callable[[], bool], arrived: asyncio.Event, quiet: float) -> None:
    while not done():
        arrived.clear()
        try:
            async with asyncio.timeout(quiet):
                await arrived.wait()
        except TimeoutError:
            return
