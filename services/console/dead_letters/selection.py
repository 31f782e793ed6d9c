"""Taking the dead letters of a queue into the hand, and putting them back.

A quorum queue cannot be browsed: its messages are delivered, looked at, and returned. While they are held nobody else
sees them. What is not acknowledged goes back by itself, also when this process or its connection dies.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime

from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue
from aiormq.exceptions import ChannelAccessRefused, ChannelNotFoundEntity

from services.console.dead_letters.dead_letter import DeadLetter, seen
from services.console.output.exit_codes import Unavailable
from shared.domain import reference
from shared.messaging.connection import BROKER_AWAY
from shared.messaging.topology import WORK_QUEUES, WorkQueue

MOST = 65_535
"""Messages that are held at once: AMQP counts a prefetch in two bytes."""

TAG = "acectl"
"""Our consumer's name on its channel."""

LOOKS, PAUSE = 5, 0.2
"""How often, and how many seconds apart, it is looked whether somebody else still reads a queue."""

QUIET = 3.0
"""Seconds without another message, after which no more are expected."""

WITH_DEAD_LETTERS = tuple(queue for queue in WORK_QUEUES if queue.has_dead_letters)


@dataclass(frozen=True)
class Held:
    """A dead letter in the hand: what may be known, and the delivery to settle it by."""

    letter: DeadLetter
    raw: AbstractIncomingMessage


@dataclass(frozen=True)
class Wanted:
    """Which dead letters are meant: those to which all that is named applies."""

    id: str | None = None
    queue: str | None = None
    type: str | None = None
    matching: str | None = None
    """Part of the reason."""
    application: str | None = None
    """Its id or its reference. It need not be stored: a start that broke its contract never was."""
    hopeless: bool = False
    """Only those that a replay cannot help any more. Who means them has to ask what their applications are like."""

    @property
    def is_all(self) -> bool:
        """Whether it names nothing."""
        return self == Wanted()

    @property
    def queues(self) -> tuple[WorkQueue, ...]:
        """The queues to look at."""
        named = (self.queue or "").removesuffix(".dead")
        return tuple(queue for queue in WITH_DEAD_LETTERS if named in ("", queue.name))

    def means(self, letter: DeadLetter) -> bool:
        """Whether a dead letter is meant."""
        return (
            (self.id is None or letter.id == self.id)
            and (self.type is None or self.type in (letter.type, letter.type.partition(".")[0]))
            and (self.matching is None or self.matching.casefold() in letter.reason.casefold())
            and (self.application is None or self.application in _names(letter))
        )


def _names(letter: DeadLetter) -> tuple[str, ...]:
    """What the application is called that a dead letter is about."""
    return (str(letter.application), reference.of(letter.application)) if letter.application else ()


@dataclass(frozen=True)
class Group:
    """Dead letters of one queue and type that died of the same reason."""

    queue: str
    type: str
    reason: str
    count: int
    first: datetime | None
    last: datetime | None
    replays: int
    """The most often that one of them was sent back already."""


def grouped(letters: Iterable[DeadLetter]) -> list[Group]:
    """The groups, the largest first."""
    found: dict[tuple[str, str, str], list[DeadLetter]] = defaultdict(list)
    for letter in letters:
        found[letter.queue, letter.type, letter.reason].append(letter)
    groups = []
    for (queue, type, reason), members in found.items():
        times = sorted(letter.since for letter in members if letter.since)
        first, last = (times[0], times[-1]) if times else (None, None)
        most = max(letter.replays for letter in members)
        groups.append(Group(queue, type, reason, len(members), first, last, most))
    return sorted(groups, key=lambda group: (-group.count, group.queue, group.type, group.reason))


@asynccontextmanager
async def held(connection: AbstractConnection, queue: WorkQueue, ours: Collection[str]) -> AsyncIterator[list[Held]]:
    """Every dead letter of a queue, while the block runs; what it does not acknowledge goes back.

    Raises:
        Unavailable: there is no such queue, or another operator holds its messages.

    """
    async with held_messages(connection, queue.dead) as messages:
        yield [Held(seen(raw, queue, ours), raw) for raw in messages]


@asynccontextmanager
async def held_messages(
    connection: AbstractConnection, queue_name: str, most: int = MOST
) -> AsyncIterator[list[AbstractIncomingMessage]]:
    """The messages of any queue, the first of them, while the block runs."""
    channel = await connection.channel(publisher_confirms=False)
    queue = await _free(channel, queue_name)
    try:
        expected = min(queue.declaration_result.message_count or 0, most)
        taken: list[AbstractIncomingMessage] = []
        arrived = asyncio.Event()

        async def take(raw: AbstractIncomingMessage) -> None:
            taken.append(raw)
            arrived.set()

        if not expected:
            yield []
            return
        await channel.set_qos(prefetch_count=expected)
        with _taken_by_another(queue_name):  # nobody else is to see a part and take it for all
            await queue.consume(take, exclusive=True, consumer_tag=TAG)
        await _until(lambda: len(taken) >= expected, arrived)
        yield taken[:]  # those that arrive while these are worked on go back unseen
    finally:
        with suppress(*BROKER_AWAY):  # closed already: the broker has taken them back
            await queue.cancel(TAG)
            await (await channel.get_underlay_channel()).basic_nack(0, multiple=True, requeue=True)
        with suppress(*BROKER_AWAY):
            await channel.close()


async def _free(channel: AbstractChannel, name: str) -> AbstractQueue:
    """The queue, as soon as nobody reads it: one who just stopped is counted until its messages are back."""
    for _ in range(LOOKS):
        try:
            queue = await channel.declare_queue(name, passive=True)
        except ChannelNotFoundEntity:
            raise Unavailable(f"there is no queue {name}: acectl topology apply makes it") from None
        if not queue.declaration_result.consumer_count:
            return queue
        await asyncio.sleep(PAUSE)
    raise _taken(name)


@contextmanager
def _taken_by_another(name: str) -> Iterator[None]:
    try:
        yield
    except ChannelAccessRefused:
        raise _taken(name) from None


def _taken(name: str) -> Unavailable:
    return Unavailable(f"{name} is being read by somebody else, likely another acectl: try again when that is done")


async def _until(done: Callable[[], bool], arrived: asyncio.Event) -> None:
    while not done():
        arrived.clear()
        try:
            async with asyncio.timeout(QUIET):
                await arrived.wait()
        except TimeoutError:
            return
