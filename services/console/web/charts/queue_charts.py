"""The charts of a queue over the last hour and the last day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.console.web.charts.line_chart import Chart, Line, find_highest
from shared.storage.queue_history import QueueMinute

Seen = Sequence[tuple[datetime, QueueMinute]]


@dataclass(frozen=True)
class Span:
    """How far back a chart goes, and how fine it is."""

    name: str
    whole: timedelta
    step: timedelta

    def list_times(self, now: datetime) -> list[datetime]:
        """The beginning of each step, in whole steps, the last one holding this moment."""
        size = self.step.total_seconds()
        last = datetime.fromtimestamp(now.timestamp() // size * size, now.tzinfo)
        count = round(self.whole / self.step)
        return [last - self.step * (count - 1 - index) for index in range(count)]


HOUR = Span("Last hour", timedelta(hours=1), timedelta(minutes=1))
DAY = Span("Last day", timedelta(hours=24), timedelta(minutes=5))


def draw_lengths(seen: Seen, span: Span, now: datetime) -> Chart:
    """How many messages waited, were being handled, and were dead."""
    times = span.list_times(now)
    steps = _sort(seen, span, times)
    return Chart(
        f"Messages, {span.name.lower()}",
        "messages",
        times,
        (
            Line("ready", [find_highest([queue.ready for queue in step]) for step in steps]),
            Line("unacknowledged", [find_highest([queue.unacked for queue in step]) for step in steps]),
            Line("dead letters", [find_highest([queue.dead for queue in step]) for step in steps]),
        ),
    )


def draw_rates(seen: Seen, span: Span, now: datetime) -> Chart:
    """How many messages came and went a second."""
    times = span.list_times(now)
    steps = _sort(seen, span, times)
    return Chart(
        f"Rates, {span.name.lower()}",
        "messages a second",
        times,
        (
            Line("in", [find_highest([queue.in_per_s for queue in step]) for step in steps]),
            Line("out", [find_highest([queue.out_per_s for queue in step]) for step in steps]),
        ),
    )


def list_ready(seen: Seen, now: datetime) -> list[float | None]:
    """How many messages waited in each minute of the last hour."""
    return [find_highest([queue.ready for queue in step]) for step in _sort(seen, HOUR, HOUR.list_times(now))]


def _sort(seen: Seen, span: Span, times: Sequence[datetime]) -> list[list[QueueMinute]]:
    """The minutes of each step."""
    steps: list[list[QueueMinute]] = [[] for _ in times]
    for at, queue in seen:
        index = int((at - times[0]) / span.step)
        if at >= times[0] and index < len(steps):
            steps[index].append(queue)
    return steps
