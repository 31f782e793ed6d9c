"""Draws the queues for a person."""

from collections.abc import Callable, Mapping, Sequence

from rich.console import RenderableType
from rich.text import Text

from services.console.output import printing
from services.console.output.formatting import format_short_span, format_span
from services.console.queues import queue_statistics
from services.console.queues.queue_lines import QueueLine
from services.console.queues.queue_statistics import QueueStatistics


def draw_queues(seen: Sequence[QueueLine], found: Mapping[str, QueueStatistics]) -> list[RenderableType]:
    """The queues for a person, within 80 columns, followed by what needs attention."""
    columns = [name for name in COLUMNS if name != "RETRY" or any(line.retry is not None for line in seen)]
    rows = [[_make_cell(line, name) for name in columns] for line in seen]
    shown: list[RenderableType] = [printing.make_table(columns, rows, numbers=NUMBERS, gap=1)]
    delays = queue_statistics.summarize_delays(found)
    retries = [_format_retries(line) for line in seen if line.retry]
    if retries:
        shown += [Text("\nWaiting to be tried again", style="bold"), *retries]
    elif delayed := [f"{delay['ready']:,} in {name}" for name, delay in delays.items() if delay["ready"]]:
        shown += [Text("\nWaiting to be tried again", style="bold"), Text("  " + ", ".join(delayed))]
    draining = [line for line in seen if line.empty_in_s is not None]
    if draining:
        shown.append(Text("\nDraining, at the pace of the last minute", style="bold"))
        shown += [Text(f"  {line.queue}: empty in about {format_span(line.empty_in_s)}") for line in draining]
    marks = [f"{line.queue}: {mark}" for line in seen for mark in line.marks]
    marks += [
        f"{name}: {delay['messages_dlx']} messages are held back, as their queue is gone: acectl topology apply"
        for name, delay in delays.items()
        if delay["messages_dlx"]
    ]
    if marks:
        shown.append(Text("\nTo look at", style="bold"))
        shown += [line for mark in marks for line in printing.make_paragraph(f"! {mark}", style="yellow")]
    return shown


def _format_retries(line: QueueLine) -> Text:
    counts = ", ".join(f"{count:,} for {delay}" for delay, count in (line.retry or {}).items())
    return Text(f"  {line.queue}: {counts}")


def _make_cell(line: QueueLine, column: str) -> Text:
    return Text(CELLS[column](line), style="yellow" if line.marks else "", no_wrap=True)


def _format_count(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _format_rate(rate: float | None) -> str:
    if rate is None:
        return "?"
    return f"{rate:.0f}" if rate >= 10 or not rate else f"{rate:.1f}"


def _format_oldest(line: QueueLine) -> str:
    """The age of the first message; ``?`` where it is not known."""
    if not line.answers or not line.there or line.oldest_s is None:
        return "?"
    return format_short_span(line.oldest_s) if line.ready else "-"


CELLS: dict[str, Callable[[QueueLine], str]] = {
    "": lambda line: "!" if line.marks else "",
    "QUEUE": lambda line: line.queue,
    "READY": lambda line: _format_count(line.ready if line.answers else None),
    "UNACK": lambda line: _format_count(line.unacked),
    "CONS": lambda line: _format_count(line.consumers if line.answers else None),
    "IN/s": lambda line: _format_rate(line.in_per_s),
    "OUT/s": lambda line: _format_rate(line.out_per_s),
    "OLDEST": _format_oldest,
    "RETRY": lambda line: _format_count(None if line.retry is None else sum(line.retry.values())),
    "DEAD": lambda line: _format_count(line.dead),
}
COLUMNS = tuple(CELLS)
NUMBERS = COLUMNS[2:]
