"""What the broker says about the queues. Pure: no server, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.messaging.topology import RETRY_STEPS, RetryStep


@dataclass(frozen=True)
class QueueStatistics:
    """What the broker says about a queue. None: unknown.

    `ready`, `consumers` and `answers` are the queue's own, asked over AMQP. All else the management interface knows,
    as of the last five seconds.
    """

    ready: int
    consumers: int
    unacked: int | None = None
    in_rate: float | None = None
    out_rate: float | None = None
    growth: float | None = None
    """Recent growth in messages per second."""
    held_back: int | None = None
    """`messages_dlx`: dead-lettered by the broker, but the target queue is missing or refuses."""
    size: int | None = None
    """Bytes of its messages' bodies."""
    lengths: tuple[tuple[float, int], ...] = ()
    """How many messages were ready at earlier times (seconds since 1970), oldest first."""
    answers: bool = True
    """Whether the queue answers the broker. If not, its numbers are not known."""

    @property
    def depth(self) -> int:
        """All its messages: those that wait and, as far as known, those that somebody is handling."""
        return self.ready + (self.unacked or 0)

    @property
    def is_seen_empty(self) -> bool:
        """Whether it says now that nothing is in it, and nobody has taken out what was."""
        return self.answers and not self.ready and not self.consumers


def parse_management(queues: Sequence[Mapping[str, Any]]) -> dict[str, QueueStatistics]:
    """Statistics by queue, from the management interface."""
    return {queue["name"]: _parse_statistics(queue) for queue in queues}


def _parse_statistics(queue: Mapping[str, Any]) -> QueueStatistics:
    stats = queue.get("message_stats", {})
    samples = queue.get("messages_ready_details", {}).get("samples", [])
    return QueueStatistics(
        ready=queue.get("messages_ready", 0),
        consumers=queue.get("consumers", 0),
        unacked=queue.get("messages_unacknowledged", 0),
        in_rate=stats.get("publish_details", {}).get("rate", 0.0),
        out_rate=stats.get("ack_details", {}).get("rate", 0.0),
        growth=queue.get("messages_details", {}).get("rate", 0.0),
        held_back=queue.get("messages_dlx"),
        size=queue.get("message_bytes"),
        lengths=tuple(sorted((sample["timestamp"] / 1000, sample["sample"]) for sample in samples)),
    )


def is_nothing_delayed(found: Mapping[str, QueueStatistics], steps: Sequence[RetryStep] = RETRY_STEPS) -> bool:
    """Whether nothing waits to be tried again, as far as can be known without taking it out: nor does anybody look."""
    delays = [found.get(step.name) for step in steps]
    return all(delay and delay.is_seen_empty for delay in delays)


def summarize_delays(found: Mapping[str, QueueStatistics]) -> dict[str, dict[str, int | None]]:
    """The contents of each delay queue: ready messages, and those held back because they cannot return."""
    return {
        step.name: {"ready": found[step.name].ready, "messages_dlx": found[step.name].held_back}
        for step in RETRY_STEPS
        if step.name in found
    }
