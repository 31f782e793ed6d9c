"""Tells operators about the queues: a line each, with what needs attention."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from services.console.output.formatting import format_span
from services.console.queues.queue_statistics import HISTORY, QueueStatistics
from shared.messaging.broker_limits import DEAD_BYTES
from shared.messaging.topology import WORK_QUEUES, WorkQueue

NEARLY = 0.8
"""How full the dead letters of a queue may be before operators should know."""

LONG = 60.0
"""Seconds that a queue may be nonempty before operators should know."""


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
    """Age of the oldest message in seconds, if it was read."""
    not_empty_s: float | None
    """Seconds since the queue was empty, so its oldest message is no older. Looks back at most an hour."""
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
        oldest_s=ages.get(queue.name),
        not_empty_s=found.not_empty_for,
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
        marks.append(f"nothing consumes it: is {queue.program} running?")
    elif (found.growth or 0) >= 1 and line.ready:
        marks.append(f"is growing by {found.growth:.0f} messages a second: start more processes of {queue.program}")
    age = line.oldest_s if line.oldest_s is not None else line.not_empty_s
    if age is not None and age >= LONG and (line.oldest_s is not None or not found.out_rate):
        longer = " or longer" if age >= HISTORY and line.oldest_s is None else ""
        marks.append(f"messages have been waiting for up to {format_span(age)}{longer}")
    if line.messages_dlx:
        marks.append(f"{line.messages_dlx} dead letters are held back: is {queue.dead} there, and not full?")
    if (line.dead_full or 0) >= NEARLY:
        marks.append(f"its dead letters are {line.dead_full:.0%} full: replay or discard some, or they wait outside")
    if line.dead:
        marks.append(f"{line.dead:,} dead letters: acectl dead list --queue {queue.name}")
    return marks


def as_dicts(found: Sequence[QueueLine]) -> list[dict[str, Any]]:
    """Lines for JSON."""
    return [asdict(line) for line in found]
