"""Reads the state of the queues from the broker: what is waiting, since when, and who consumes it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from aio_pika.abc import AbstractConnection
from aiormq.exceptions import ChannelNotFoundEntity

from services.console.output.exit_codes import Unavailable
from services.console.output.formatting import format_span
from services.console.queues.browsing import hold_messages
from services.console.servers.management import Management
from shared import clock
from shared.messaging import headers
from shared.messaging.queue_counts import count_queue
from shared.messaging.topology import RETRY_STEPS, WORK_QUEUES

HISTORY = 3_600
"""Seconds of a queue's length history to request."""

STEP = 60
"""Seconds between two lengths."""

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
    size: int | None = None
    """Bytes of its messages' bodies."""
    answers: bool = True
    """Whether the queue answers the broker. If not, its numbers are not known."""


def parse_management(queues: Sequence[Mapping[str, Any]], now: datetime) -> dict[str, QueueStatistics]:
    """Statistics by queue, from the management interface."""
    return {queue["name"]: _parse_statistics(queue, now) for queue in queues}


def _parse_statistics(queue: Mapping[str, Any], now: datetime) -> QueueStatistics:
    stats = queue.get("message_stats", {})
    return QueueStatistics(
        ready=queue.get("messages_ready", 0),
        consumers=queue.get("consumers", 0),
        unacked=queue.get("messages_unacknowledged", 0),
        in_rate=stats.get("publish_details", {}).get("rate", 0.0),
        out_rate=stats.get("ack_details", {}).get("rate", 0.0),
        growth=queue.get("messages_details", {}).get("rate", 0.0),
        not_empty_for=_measure_not_empty(queue, now),
        held_back=queue.get("messages_dlx"),
        size=queue.get("message_bytes"),
    )


def _measure_not_empty(queue: Mapping[str, Any], now: datetime) -> float | None:
    """Seconds since the queue last had nothing ready. None if it has nothing now."""
    if not queue.get("messages_ready"):
        return None
    samples = queue.get("messages_ready_details", {}).get("samples", [])
    empty = [sample["timestamp"] / 1000 for sample in samples if not sample["sample"]]
    if not samples:
        return None
    return min(float(HISTORY), max(0.0, now.timestamp() - max(empty))) if empty else float(HISTORY)


async def read_from_amqp(connection: AbstractConnection) -> dict[str, QueueStatistics]:
    """Statistics by queue, as far as AMQP knows: ready messages and consumers."""
    names = [step.name for step in RETRY_STEPS]
    for queue in WORK_QUEUES:
        names += [queue.name] if not queue.has_dead_letters else [queue.name, queue.dead]
    found = {}
    for name in names:
        channel = await connection.channel(publisher_confirms=False)
        try:
            counts = await count_queue(channel, name)
        except ChannelNotFoundEntity:
            continue  # which closed the channel
        found[name] = (
            QueueStatistics(counts.ready, counts.consumers) if counts else QueueStatistics(0, 0, answers=False)
        )
        await channel.close()
    return found


async def read_statistics(management: Management, connection: AbstractConnection) -> dict[str, QueueStatistics]:
    """Statistics by queue from management, with fresher numbers from AMQP where management lags by seconds."""
    said = parse_management(await management.list_queues(HISTORY, STEP), clock.now())
    newest = await read_from_amqp(connection)
    return said | {
        name: replace(said.get(name, queue), ready=queue.ready, consumers=queue.consumers, answers=queue.answers)
        for name, queue in newest.items()
    }


async def count_waiting(
    connection: AbstractConnection, statistics: Mapping[str, QueueStatistics]
) -> dict[str, Counter[str]] | None:
    """How many messages wait for which queue, by delay. None if somebody else is reading them.

    Takes the first few thousand of each delay out for a moment and puts them back. Delay queues do not limit
    deliveries.
    """
    found: dict[str, Counter[str]] = {}
    for step in RETRY_STEPS:
        if step.name in statistics and statistics[step.name].ready:
            try:
                async with hold_messages(connection, step.name, WAITING) as messages:
                    goals = Counter(message.routing_key or "" for message in messages)
            except Unavailable:
                return None
            for goal, count in goals.items():
                found.setdefault(goal, Counter())[format_span(step.delay)] = count
    return found


async def measure_oldest(connection: AbstractConnection, statistics: Mapping[str, QueueStatistics]) -> dict[str, float]:
    """The age in seconds of each queue's first message, which is delivered for this and put back."""
    found = {}
    for queue in WORK_QUEUES:
        if queue.name in statistics and statistics[queue.name].ready:
            channel = await connection.channel(publisher_confirms=False)
            got = await (await channel.get_queue(queue.name, ensure=False)).get(fail=False)
            if got:
                await got.nack(requeue=True)
                if published_at := headers.read_publication_time(got, queue.program):
                    found[queue.name] = (clock.now() - published_at).total_seconds()
            await channel.close()
    return found


def summarize_delays(found: Mapping[str, QueueStatistics]) -> dict[str, dict[str, int | None]]:
    """The contents of each delay queue: ready messages, and those held back because they cannot return."""
    return {
        step.name: {"ready": found[step.name].ready, "messages_dlx": found[step.name].held_back}
        for step in RETRY_STEPS
        if step.name in found
    }
