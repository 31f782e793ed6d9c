"""Tells operators about the queues: a line each, with what needs attention."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from services.console.output.formatting import format_span
from services.console.queues.drain import estimate_drain
from services.console.queues.queue_statistics import QueueStatistics
from shared.messaging.broker_limits import DEAD_BYTES
from shared.messaging.topology import WORK_QUEUES, WorkQueue

NEARLY = 0.8
"""How full the dead letters of a queue may be before operators should know."""

LONG = 60.0
"""Seconds that a message may wait before operators should know."""


@dataclass(frozen=True)
class QueueLine:
    """A service's queue, with its dead letters and retries."""

    queue: str
    there: bool
    answers: bool
    """Whether the queue answers the broker. If not, its numbers are not known."""
    ready: int
    unacked: int | None
    consumers: int
    in_per_s: float | None
    out_per_s: float | None
    oldest_s: float | None
    """Seconds since the first message was published, where it was looked at; 0 for an empty queue. None: unknown."""
    growth: float | None
    """Recent growth in messages per second."""
    empty_in_s: float | None
    """Seconds until it is empty at its recent pace. None unless it falls steadily."""
    retry: dict[str, int] | None
    """How many messages are waiting to be tried again, by delay. None: unknown."""
    dead: int
    dead_full: float | None
    """How much of what the dead letters may take they do take; 1.0 is all. None: unknown."""
    messages_dlx: int | None
    marks: list[str] = field(default_factory=list)


def summarize_queues(
    statistics: Mapping[str, QueueStatistics],
    waits: Mapping[str, Counter[str]] | None = None,
    ages: Mapping[str, float] | None = None,
) -> list[QueueLine]:
    """One line per queue, with what needs attention."""
    return [_summarize_queue(queue, statistics, waits, ages or {}) for queue in WORK_QUEUES]


def _summarize_queue(
    queue: WorkQueue,
    statistics: Mapping[str, QueueStatistics],
    waits: Mapping[str, Counter[str]] | None,
    ages: Mapping[str, float],
) -> QueueLine:
    found = statistics.get(queue.name, QueueStatistics(0, 0))
    dead = QueueStatistics(0, 0) if not queue.has_dead_letters else statistics.get(queue.dead, QueueStatistics(0, 0))
    line = QueueLine(
        queue=queue.name,
        there=queue.name in statistics,
        answers=found.answers,
        ready=found.ready,
        unacked=found.unacked,
        consumers=found.consumers,
        in_per_s=found.in_rate,
        out_per_s=found.out_rate,
        oldest_s=ages.get(queue.name) if found.ready else 0.0,
        growth=found.growth,
        empty_in_s=estimate_drain(found.lengths),
        retry=None if waits is None else dict(waits.get(queue.name, {})),
        dead=dead.ready + (dead.unacked or 0),
        dead_full=None if dead.size is None else dead.size / DEAD_BYTES,
        messages_dlx=found.held_back,
    )
    line.marks.extend(_list_marks(line, found, queue))
    return line


def _list_marks(line: QueueLine, found: QueueStatistics, queue: WorkQueue) -> list[str]:
    """What needs attention, one sentence each."""
    if not line.there:
        return ["is missing: acectl topology apply"]
    if not line.answers:
        return ["does not answer the broker, which is overloaded or has lost the queue's leader: look again"]
    marks = []
    if not line.consumers:
        marks.append(f"nothing consumes it: {queue.program} is not running, or cannot reach broker or database")
    elif line.empty_in_s is None and (found.growth or 0) >= 1 and line.ready:
        marks.append(f"is growing by {found.growth:.0f} messages a second: start more processes of {queue.program}")
    if (line.oldest_s or 0) >= LONG:
        marks.append(f"its first message has been waiting for {format_span(line.oldest_s)}")
    if line.messages_dlx:
        marks.append(f"{line.messages_dlx} dead letters are held back, as {queue.dead} is gone or full: acectl doctor")
    if (line.dead_full or 0) >= NEARLY:
        marks.append(f"its dead letters are {line.dead_full:.0%} full: replay or discard some, or they wait outside")
    if line.dead:
        marks.append(f"{line.dead:,} dead letters: acectl dead list --queue {queue.name}")
    return marks


def as_dicts(found: Sequence[QueueLine]) -> list[dict[str, Any]]:
    """Lines for JSON."""
    return [asdict(line) for line in found]
