"""`acectl top`: how the system stands, live."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from services.console.checks.starting import find_starter
from services.console.checks.verdict import Verdict
from services.console.command_line import options
from services.console.command_line.groups import make_app
from services.console.command_line.running import run
from services.console.health import screen
from services.console.health.facts import Failure, HealthFacts
from services.console.health.judge import Health, judge_health
from services.console.health.observer import WITHIN, Observer, observe
from services.console.output import printing
from services.console.output.deadline import note_progress, wait_on_purpose
from services.console.output.exit_codes import ExitCode
from services.console.output.formatting import format_time
from services.console.queues import queue_lines, queue_statistics, queue_table
from services.console.queues.queue_lines import QueueLine
from services.console.queues.queue_statistics import QueueStatistics
from shared import clock
from shared.contracts.email_kind import EmailStatus
from shared.contracts.state import State
from shared.domain.errors import TransientFailure
from shared.settings.console import ConsoleSettings
from shared.storage.database import Database
from shared.storage.errors import DriverError
from shared.storage.overview import DUE

LATELY = timedelta(hours=24)
"""Applications begun since then are counted."""


@dataclass
class Tick:
    """How everything stood at one moment."""

    facts: HealthFacts
    health: Health
    found: dict[str, QueueStatistics] = field(default_factory=dict)
    lines: list[QueueLine] = field(default_factory=list)
    states: dict[str, int] | None = None
    emails: dict[str, int] | None = None
    """None: the database is away."""

    @property
    def failures(self) -> list[str]:
        """What could not be read, one line each."""
        return [part.says for part in (self.facts.broker, self.facts.database) if isinstance(part, Failure)]

    def as_dict(self) -> dict[str, Any]:
        """The tick as JSON."""
        return {
            "at": self.facts.at,
            "health": screen.as_dict(self.health),
            "queues": queue_lines.as_dicts(self.lines),
            "delays": queue_statistics.summarize_delays(self.found),
            "applications_24h": self.states,
            "emails_24h": self.emails,
            "failures": self.failures,
        }

    def draw(self) -> RenderableType:
        """The tick for a person."""
        parts: list[RenderableType] = [Text(f"acectl top  {format_time(self.facts.at)}", style="bold")]
        parts += screen.draw_health(self.health)
        for title, order, counts in (
            ("Applications", State, self.states),
            ("Emails", (*EmailStatus, DUE), self.emails),
        ):
            known = [f"{name} {counts[name]:,}" for name in order if counts and counts.get(name)]
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
        start = find_starter(settings)
        is_once = once or not (json or printing.is_screen())
        async with observe(settings, peek=not is_once) as observer:
            if is_once:
                return _print(await look(observer, start), json=json)
            if json:
                while True:
                    printing.print_json_line((await look(observer, start)).as_dict())
                    await _pause(every)
            with Live(screen=True, auto_refresh=False) as live:
                while True:
                    live.update((await look(observer, start)).draw(), refresh=True)
                    await _pause(every)

    run(ConsoleSettings, work)


async def _pause(seconds: float) -> None:
    with wait_on_purpose():
        await asyncio.sleep(seconds)


def _print(tick: Tick, *, json: bool) -> ExitCode:
    if json:
        printing.print_json_line(tick.as_dict())
    else:
        printing.print_lines(tick.draw())
    if tick.failures:
        return ExitCode.UNAVAILABLE
    return ExitCode.INCOMPLETE if tick.health.verdict is Verdict.BAD else ExitCode.DONE


async def look(observer: Observer, start: Callable[[str], str]) -> Tick:
    """How everything stands now. Whatever is away is reported, and tried again at the next look."""
    note_progress()  # each look ends within its own seconds
    facts, counts = await asyncio.gather(observer.look(), _count(observer.database))
    tick = Tick(facts, judge_health(facts, start))
    if not isinstance(facts.broker, Failure):
        tick.found = dict(facts.broker.queues)
        tick.lines = queue_lines.summarize_queues(tick.found, None, facts.broker.ages)
    if counts:
        tick.states, tick.emails = counts
    return tick


async def _count(database: Database | None) -> tuple[dict[str, int], dict[str, int]] | None:
    """Applications by state and emails by status. None: the database is away or not known."""
    if database is None:
        return None
    now, overview = clock.now(), database.overview
    try:
        async with asyncio.timeout(WITHIN):
            return await asyncio.gather(
                overview.count_by_state(now - LATELY, now), overview.count_by_status(now - LATELY, now)
            )
    except (TransientFailure, TimeoutError, DriverError):
        return None
