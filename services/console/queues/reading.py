"""Reads the state of the queues from the broker: what waits now, since when, and who consumes it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from aio_pika.abc import AbstractConnection
from aiormq.exceptions import ChannelNotFoundEntity

from services.console.output.exit_codes import Unavailable
from services.console.output.formatting import format_span
from services.console.queues.browsing import hold_messages
from services.console.queues.queue_statistics import QueueStatistics, is_nothing_delayed, parse_management
from services.console.servers.management import Management
from shared.messaging.queue_counts import count_queue
from shared.messaging.topology import RETRY_STEPS, SHORT_STEPS, WORK_QUEUES

WAITING = 2_000
"""Messages of a delay queue to read, to see where they go."""

BRIEF = 0.3
"""Seconds to wait for more of a delay's messages. One whose wait just ended never comes, and the others stand still."""


async def read_from_amqp(connection: AbstractConnection) -> dict[str, QueueStatistics]:
    """Statistics by queue, as far as AMQP knows, now: ready messages and consumers."""
    names = [step.name for step in RETRY_STEPS]
    for queue in WORK_QUEUES:
        names += [queue.name, queue.dead] if queue.has_dead_letters else [queue.name]
    found = {}
    channel = await connection.channel(publisher_confirms=False)
    for name in names:
        try:
            counts = await count_queue(channel, name)
        except ChannelNotFoundEntity:
            channel = await connection.channel(publisher_confirms=False)  # the old one is closed
            continue
        found[name] = (
            QueueStatistics(counts.ready, counts.consumers) if counts else QueueStatistics(0, 0, answers=False)
        )
    await channel.close()
    return found


async def read_statistics(management: Management, connection: AbstractConnection) -> dict[str, QueueStatistics]:
    """Statistics by queue from management, and what is true now from AMQP, where management lags by seconds."""
    said = parse_management(await management.list_queues(lengths=True))
    return merge_statistics(said, await read_from_amqp(connection))


def merge_statistics(
    said: Mapping[str, QueueStatistics], now: Mapping[str, QueueStatistics]
) -> dict[str, QueueStatistics]:
    """Management's statistics with what AMQP knows to be true now."""
    return {
        name: replace(said.get(name, queue), ready=queue.ready, consumers=queue.consumers, answers=queue.answers)
        for name, queue in now.items()
    }


def may_count_waiting(statistics: Mapping[str, QueueStatistics]) -> bool:
    """Whether all that wait can be counted at once, and nobody's short wait becomes longer by it."""
    return is_nothing_delayed(statistics, SHORT_STEPS) and all(
        step.name in statistics and statistics[step.name].answers and statistics[step.name].ready <= WAITING
        for step in RETRY_STEPS
    )


async def count_waiting(
    connection: AbstractConnection, statistics: Mapping[str, QueueStatistics]
) -> dict[str, Counter[str]] | None:
    """How many messages wait for which queue, by delay. None if nobody can tell.

    That is so while somebody else has them out for longer than a moment, or a delay does not answer.

    Takes the first few thousand of each delay out for a moment and puts them back. Delay queues do not limit
    deliveries.
    """
    found: dict[str, Counter[str]] = {}
    for step in RETRY_STEPS:
        if step.name in statistics and not statistics[step.name].is_seen_empty:
            try:
                async with hold_messages(connection, step.name, WAITING, BRIEF) as messages:
                    goals = Counter(message.routing_key or "" for message in messages)
            except Unavailable:
                return None
            for goal, count in goals.items():
                found.setdefault(goal, Counter())[format_span(step.delay)] = count
    return found
