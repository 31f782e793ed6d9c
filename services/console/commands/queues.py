"""`acectl queues`: how the queues stand, once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from services.console.command_line import options
from services.console.command_line.groups import make_app
from services.console.command_line.running import run
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.output.formatting import format_short_span
from services.console.queues import queue_lines, queue_statistics
from services.console.queues.queue_lines import QueueLine
from services.console.queues.queue_statistics import HISTORY, QueueStatistics
from services.console.servers.broker import connect_broker
from services.console.servers.management import open_management
from shared.messaging.broker_limits import DELIVERY_LIMIT
from shared.settings.console import ManagementSettings

app = make_app()


@app.command()
def queues(
    peek: Annotated[
        bool,
        typer.Option(
            help="Look at each queue's first message, for its age. "
            f"That counts as one of its {DELIVERY_LIMIT} deliveries."
        ),
    ] = False,
    json: options.JSON = False,
) -> None:
    """Show every queue: what waits, since when, who takes it, what is tried again, and what is dead."""

    async def work(settings: ManagementSettings) -> ExitCode:
        async with connect_broker(settings) as connection, open_management(settings) as management:
            if management:
                found = await queue_statistics.read_statistics(management, connection)
            else:
                found = await queue_statistics.read_from_amqp(connection)
                complain(
                    "warning: without ACE_RABBITMQ_MANAGEMENT_URL nobody can tell what is unacknowledged, rates, "
                    "since when a queue waits, and what is held back (messages_dlx)"
                )
            waits = await queue_statistics.count_waiting(connection, found)
            if waits is None:
                complain("warning: another acectl looks at the delay queues: what waits there is not shown")
            ages = await queue_statistics.measure_oldest(connection, found) if peek else {}
        seen = queue_lines.summarize_queues(found, waits, ages)
        if json:
            printing.print_json(
                {"queues": queue_lines.as_dicts(seen), "delays": queue_statistics.summarize_delays(found)}
            )
        else:
            printing.print_lines(*draw_queues(seen, found))
        return ExitCode.DONE

    run(ManagementSettings, work)


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
    marks = [f"{line.queue}: {mark}" for line in seen for mark in line.marks]
    marks += [
        f"{name}: {delay['messages_dlx']} messages are held back: is the queue that they came from still there?"
        for name, delay in delays.items()
        if delay["messages_dlx"]
    ]
    if marks:
        shown.append(Text("\nTo look at", style="bold"))
        shown += [Text(f"! {mark}", style="yellow") for mark in marks]
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
    """The oldest message's age. ``<``: at most this old. ``>``: the queue has held messages that long; age unknown."""
    if line.oldest_s is not None:
        return format_short_span(line.oldest_s)
    if line.not_empty_s is None:
        return "-" if not line.ready else "?"
    return (">" if line.not_empty_s >= HISTORY else "<") + format_short_span(line.not_empty_s)


CELLS: dict[str, Callable[[QueueLine], str]] = {
    "": lambda line: "!" if line.marks else "",
    "QUEUE": lambda line: line.queue,
    "READY": lambda line: _format_count(line.ready),
    "UNACK": lambda line: _format_count(line.unacked),
    "CONS": lambda line: _format_count(line.consumers),
    "IN/s": lambda line: _format_rate(line.in_per_s),
    "OUT/s": lambda line: _format_rate(line.out_per_s),
    "OLDEST": _format_oldest,
    "RETRY": lambda line: _format_count(None if line.retry is None else sum(line.retry.values())),
    "DEAD": lambda line: _format_count(line.dead),
}
COLUMNS = tuple(CELLS)
NUMBERS = COLUMNS[2:]
