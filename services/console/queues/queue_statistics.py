"""The state of the queues: what is waiting, since when, who consumes it, and what needs attention."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from aio_pika.abc import AbstractConnection
from aiormq.exceptions import ChannelNotFoundEntity

from services.console.output.exit_codes import Unavailable
from services.console.output.formatting import format_span
from services.console.queues.browsing import hold_messages
from services.console.servers.management import Management
from shared.messaging.topology import RETRY_STEPS, WORK_QUEUES, WorkQueue

HISTORY = 3_600
"""Seconds of a queue's length history to request."""

STEP = 60
"""Seconds between two lengths."""

LONG = 60.0
"""Seconds that a queue may be nonempty before operators should know."""

WAITING = 2_000
"""Messages of a delay queue to read, to see where they go."""


@dataclass(frozen=True)
class QueueStatistics:
    """What the broker says about a queue. None: unknown."""

    ready: int
    consumers: int
    unacked: int | None = None
    in_rate: float | None = None
    out_rate: float | None = None
    growth: float | None = None
    """Recent growth in messages per second."""
    not_empty_for: float | None = None
    """Seconds since it was empty, to the minute, so its oldest message is no older. `HISTORY` means that or longer."""
    held_back: int | None = None
    """`messages_dlx`: dead-lettered by the broker, but the target queue is missing or refuses."""


@dataclass(frozen=True)
class QueueLine:
    """A service's queue, with its dead letters and retries."""

    queue: str
    there: bool
    ready: int
    unacked: int | None
    consumers: int
    in_per_s: float | None
    out_per_s: float | None
    oldest_s: float | None
    """Age of the oldest message in seconds, if it was read."""
    not_empty_s: float | None
    """Seconds since the queue was empty, so its oldest message is no older. Looks back at most an hour."""
    retry: dict[str, int] | None
    """How many messages are waiting to be tried again, by delay. None: unknown."""
    dead: int
    messages_dlx: int | None
    marks: list[str] = field(default_factory=list)


def from_management(queues: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, QueueStatistics]:
    """Statistics by queue, from the management interface."""
    return {queue["name"]: _length(queue, now) for queue in queues}


def _length(queue: Mapping[str, Any], now: datetime) -> QueueStatistics:
    stats = queue.get("message_stats", {})
    return QueueStatistics(
        ready=queue.get("messages_ready", 0),
        consumers=queue.get("consumers", 0),
        unacked=queue.get("messages_unacknowledged", 0),
        in_rate=stats.get("publish_details", {}).get("rate", 0.0),
        out_rate=stats.get("ack_details", {}).get("rate", 0.0),
        growth=queue.get("messages_details", {}).get("rate", 0.0),
        not_empty_for=_not_empty_for(queue, now),
        held_back=queue.get("messages_dlx"),
    )


def _not_empty_for(queue: Mapping[str, Any], now: datetime) -> float | None:
    """Seconds since the queue last had nothing ready. None if it has nothing now."""
    if not queue.get("messages_ready"):
        return None
    samples = queue.get("messages_ready_details", {}).get("samples", [])
    empty = [sample["timestamp"] / 1000 for sample in samples if not sample["sample"]]
    if not samples:
        return None
    return min(float(HISTORY), max(0.0, now.timestamp() - max(empty))) if empty else float(HISTORY)


async def from_amqp(connection: AbstractConnection) -> dict[str, QueueStatistics]:
    """Statistics by queue, as far as AMQP knows: ready messages and consumers."""
    names = [step.name for step in RETRY_STEPS]
    for queue in WORK_QUEUES:
        names += [queue.name] if not queue.has_dead_letters else [queue.name, queue.dead]
    found = {}
    for name in names:
        channel = await connection.channel(publisher_confirms=False)
        try:
            said = (await channel.declare_queue(name, passive=True)).declaration_result
        except ChannelNotFoundEntity:
            continue  # which closed the channel
        found[name] = QueueStatistics(said.message_count or 0, said.consumer_count or 0)
        await channel.close()
    return found


async def now(management: Management, connection: AbstractConnection) -> dict[str, QueueStatistics]:
    """Statistics by queue from management, with fresher numbers from AMQP where management lags by seconds."""
    said = from_management(await management.queues(HISTORY, STEP), datetime.now(UTC))
    newest = await from_amqp(connection)
    return said | {
        name: replace(said.get(name, length), ready=length.ready, consumers=length.consumers)
        for name, length in newest.items()
    }


async def waiting(
    connection: AbstractConnection, lengths: Mapping[str, QueueStatistics]
) -> dict[str, Counter[str]] | None:
    """How many messages wait for which queue, by delay. None if somebody else is reading them.

    Takes the first few thousand of each delay out for a moment and puts them back. Delay queues do not limit
    deliveries.
    """
    found: dict[str, Counter[str]] = {}
    for step in RETRY_STEPS:
        if step.name in lengths and lengths[step.name].ready:
            try:
                async with hold_messages(connection, step.name, WAITING) as messages:
                    goals = Counter(message.routing_key or "" for message in messages)
            except Unavailable:
                return None
            for goal, count in goals.items():
                found.setdefault(goal, Counter())[format_span(step.delay)] = count
    return found


async def oldest(connection: AbstractConnection, lengths: Mapping[str, QueueStatistics]) -> dict[str, float]:
    """The age in seconds of each queue's first message, which is delivered for this and put back."""
    found = {}
    for queue in WORK_QUEUES:
        if queue.name in lengths and lengths[queue.name].ready:
            channel = await connection.channel(publisher_confirms=False)
            got = await (await channel.get_queue(queue.name, ensure=False)).get(fail=False)
            if got:
                await got.nack(requeue=True)
                if got.timestamp:
                    found[queue.name] = (datetime.now(UTC) - got.timestamp).total_seconds()
            await channel.close()
    return found


def lines(
    lengths: Mapping[str, QueueStatistics],
    waits: Mapping[str, Counter[str]] | None = None,
    ages: Mapping[str, float] | None = None,
) -> list[QueueLine]:
    """One line per queue, with what needs attention."""
    return [_line(queue, lengths, waits, ages or {}) for queue in WORK_QUEUES]


def _line(
    queue: WorkQueue,
    lengths: Mapping[str, QueueStatistics],
    waits: Mapping[str, Counter[str]] | None,
    ages: Mapping[str, float],
) -> QueueLine:
    length = lengths.get(queue.name, QueueStatistics(0, 0))
    dead = QueueStatistics(0, 0) if not queue.has_dead_letters else lengths.get(queue.dead, QueueStatistics(0, 0))
    line = QueueLine(
        queue=queue.name,
        there=queue.name in lengths,
        ready=length.ready,
        unacked=length.unacked,
        consumers=length.consumers,
        in_per_s=length.in_rate,
        out_per_s=length.out_rate,
        oldest_s=ages.get(queue.name),
        not_empty_s=length.not_empty_for,
        retry=None if waits is None else dict(waits.get(queue.name, {})),
        dead=dead.ready + (dead.unacked or 0),
        messages_dlx=length.held_back,
    )
    line.marks.extend(_marks(line, length, queue))
    return line


def _marks(line: QueueLine, length: QueueStatistics, queue: WorkQueue) -> list[str]:
    """What needs attention, one sentence each."""
    if not line.there:
        return ["is missing: acectl topology apply"]
    marks = []
    if not line.consumers:
        marks.append(f"nothing consumes it: is {queue.service} running?")
    elif (length.growth or 0) >= 1 and line.ready:
        marks.append(f"is growing by {length.growth:.0f} messages a second: start more processes of {queue.service}")
    age = line.oldest_s if line.oldest_s is not None else line.not_empty_s
    if age is not None and age >= LONG and (line.oldest_s is not None or not length.out_rate):
        longer = " or longer" if age >= HISTORY and line.oldest_s is None else ""
        marks.append(f"messages have been waiting for up to {format_span(age)}{longer}")
    if line.messages_dlx:
        marks.append(f"{line.messages_dlx} dead letters are held back: is {queue.dead} there, and not full?")
    if line.dead:
        marks.append(f"{line.dead:,} dead letters: acectl dead list --queue {queue.name}")
    return marks


def delays(found: Mapping[str, QueueStatistics]) -> dict[str, dict[str, int | None]]:
    """The contents of each delay queue: ready messages, and those held back because they cannot return."""
    return {
        step.name: {"ready": found[step.name].ready, "messages_dlx": found[step.name].held_back}
        for step in RETRY_STEPS
        if step.name in found
    }


def as_dicts(found: Sequence[QueueLine]) -> list[dict[str, Any]]:
    """Lines for JSON."""
    return [asdict(line) for line in found]
