"""`acectl top`: how the system stands, live."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

import typer
from aio_pika.abc import AbstractConnection
from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from services.console.command_line import options
from services.console.command_line.groups import make_app
from services.console.command_line.running import run
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, Unavailable, complain
from services.console.output.formatting import format_time
from services.console.queues import queue_lines, queue_statistics, queue_table
from services.console.queues.queue_lines import QueueLine
from services.console.queues.queue_statistics import HISTORY, STEP, QueueStatistics
from services.console.servers.broker import connect_broker
from services.console.servers.database import OpenDatabase, connect_database, explain_database_errors
from services.console.servers.management import Management, open_management
from shared import clock
from shared.contracts.email_kind import EmailStatus
from shared.contracts.state import State
from shared.domain.errors import TransientFailure
from shared.settings.console import ConsoleSettings

LATELY = timedelta(hours=24)
"""Applications begun since then are counted."""


@dataclass
class Tick:
    """How everything stood at one moment."""

    at: datetime
    found: dict[str, QueueStatistics] = field(default_factory=dict)
    lines: list[QueueLine] = field(default_factory=list)
    states: dict[str, int] | None = None
    emails: dict[str, int] | None = None
    """None: the database is away."""
    failures: list[str] = field(default_factory=list)
    """What could not be read, one line each."""

    def as_dict(self) -> dict[str, Any]:
        """The tick as JSON."""
        return {
            "at": self.at,
            "queues": queue_lines.as_dicts(self.lines),
            "delays": queue_statistics.summarize_delays(self.found),
            "applications_24h": self.states,
            "emails_24h": self.emails,
            "failures": self.failures,
        }

    def draw(self) -> RenderableType:
        """The tick for a person."""
        parts: list[RenderableType] = [Text(f"acectl top  {format_time(self.at)}", style="bold")]
        parts += [Text(f"! {failure}", style="red") for failure in self.failures]
        for title, order, counts in (("Applications", State, self.states), ("Emails", EmailStatus, self.emails)):
            known = [f"{name.value} {counts[name]:,}" for name in order if counts and counts.get(name)]
            said = "?" if counts is None else ", ".join(known) or "none"
            parts.append(Text(f"{title} of the last 24 hours: {said}"))
        if self.lines:  # last, as what is to be looked at may be longer than the screen
            parts += [Text(), *queue_table.draw_queues(self.lines, self.found)]
        return Group(*parts)


app = make_app()


@app.command()
def top(
    every: Annotated[float, typer.Option(min=0.5, help="Seconds between two looks.", metavar="SECONDS")] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Look once.")] = False,
    json: options.JSON = False,
) -> None:
    """Show how the system stands, live."""

    async def work(settings: ConsoleSettings) -> ExitCode:
        async with AsyncExitStack() as stack:
            stack.enter_context(explain_database_errors())
            watch = await _open_watch(stack, settings)
            if once or not (json or printing.is_screen()):
                return _print(await watch.look(), json=json)
            live = None if json else stack.enter_context(Live(screen=True, auto_refresh=False))
            while True:
                tick = await watch.look()
                if live:
                    live.update(tick.draw(), refresh=True)
                else:
                    printing.print_json_line(tick.as_dict())
                await asyncio.sleep(every)

    run(ConsoleSettings, work)


def _print(tick: Tick, *, json: bool) -> ExitCode:
    if json:
        printing.print_json_line(tick.as_dict())
    else:
        printing.print_lines(tick.draw())
    return ExitCode.UNAVAILABLE if tick.failures else ExitCode.DONE


@dataclass
class Watch:
    """Where each look gets its facts."""

    database: OpenDatabase
    management: Management | None
    connection: AbstractConnection | None

    async def look(self) -> Tick:
        """How everything stands now. Whatever is away is reported, and tried again at the next look."""
        tick = Tick(clock.now())
        try:
            if self.management:
                tick.found = queue_statistics.parse_management(
                    await self.management.list_queues(HISTORY, STEP), tick.at
                )
            elif self.connection:
                tick.found = await queue_statistics.read_from_amqp(self.connection)
            tick.lines = queue_lines.summarize_queues(tick.found)
        except Unavailable as error:
            tick.failures.append(str(error))
        try:
            collections, since = self.database.collections, tick.at - LATELY
            tick.states = await collections.applications.count_by_state(since)
            tick.emails = await collections.email_status.count_by_status(since)
        except TransientFailure as error:
            tick.failures.append(f"{error} (ACE_MONGODB_URL)")
        return tick


async def _open_watch(stack: AsyncExitStack, settings: ConsoleSettings) -> Watch:
    database = await stack.enter_async_context(connect_database(settings))
    management = await stack.enter_async_context(open_management(settings))
    if management:
        return Watch(database, management, None)
    complain("warning: without ACE_RABBITMQ_MANAGEMENT_URL only ready messages and consumers are known")
    return Watch(database, None, await stack.enter_async_context(connect_broker(settings)))
