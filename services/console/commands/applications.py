"""`acectl applications`: what happened to an application."""

import sys
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import typer

from services.console.applications import application_view
from services.console.applications import stuck as stuck_
from services.console.applications.search_term import Typed
from services.console.commands import options, spans
from services.console.output import printing
from services.console.output.exit_codes import Ending, NotFound, complain, run
from services.console.servers.database import Records, opened
from shared import clock
from shared.contracts.state import State
from shared.domain import reference
from shared.domain.application import Application
from shared.domain.errors import Invalid
from shared.settings import Settings

app = typer.Typer(help="Applications and their history.", no_args_is_help=True)

Since = Annotated[str | None, typer.Option(help="Only those begun since then.", metavar="30m|12h|7d")]


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="REFERENCE|ID", help="ACE-XXXX-XXXX, or the application's id.")],
    json: options.JSON = False,
) -> None:
    """Show everything about an application, personal data masked."""

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            found = await _named(records, name)
            if not found:
                raise NotFound("there is no such application")
            for application in found:
                if json:
                    printing.as_json(application_view.of(application, records.storage, clock.now()))
                else:
                    application_view.show(application_view.of(application, records.storage, clock.now()))
            return Ending.DONE

    run(work)


@app.command("list")
def list_(
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    json: options.JSON = False,
) -> None:
    """List applications, the latest first."""
    lately = spans.parse(since) if since else None

    async def work(settings: Settings) -> Ending:
        after = clock.now() - lately if lately else None
        async with opened(settings) as records:
            latest = records.database.applications.latest(limit, state, after)
            found = [application_view.line(application) async for application in latest]
        if not found:
            complain("no application")
        return _listed(found, json=json)

    run(work)


@app.command()
def find(
    name: Annotated[
        str,
        typer.Argument(
            metavar="REFERENCE|IR#|EMAIL", help="- reads it from standard input, so that no history keeps it."
        ),
    ],
    json: options.JSON = False,
) -> None:
    """Find applications by reference, importer record number, or the requester's email address."""
    wanted = Typed.read(sys.stdin.readline() if name == "-" else name)

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            applications = records.database.applications
            if wanted.kind == "reference":
                found = await applications.with_reference(wanted.normal)
            elif wanted.kind == "importer":
                found = await applications.about(importer=records.index.of("importer", wanted.normal))
            else:
                found = await applications.about(email=records.index.of("email", wanted.normal))
        if not found:
            complain(f"no application for {wanted.masked}. One that was refused at once keeps no number and no address")
        return _listed([application_view.line(application) for application in found], json=json)

    run(work)


@app.command()
def stuck(
    since: Annotated[str, typer.Option(help="Only those begun since then.", metavar="30m|12h|7d")] = "7d",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 100,
    json: options.JSON = False,
) -> None:
    """List applications that should have moved and have not, with why and what to do; exit 1 where there are any."""
    lately = spans.parse(since)

    async def work(settings: Settings) -> Ending:
        now = clock.now()
        found: list[dict[str, Any]] = []
        async with opened(settings) as records:
            async for application in records.database.applications.unfinished(now - lately):
                if (wrong := stuck_.findings(application, now)) and len(found) < limit:
                    found.append(
                        {**application_view.line(application), "findings": [vars(finding) for finding in wrong]}
                    )
        if json:
            printing.as_json(found)
        else:
            _show_stuck(found, now)
        return Ending.INCOMPLETE if found else Ending.DONE

    run(work)


def _show_stuck(found: list[dict[str, Any]], now: datetime) -> None:
    if not found:
        complain("no application is stuck")
    for line in found:
        printing.paragraph(f"{line['reference']}  {line['state']}", "bold")
        for finding in line["findings"]:
            printing.paragraph(f"{finding['why']} ({printing.ago(finding['since'], now)})", "yellow", indent=4)
            printing.paragraph(finding["to_do"], indent=8)


def _listed(found: list[dict[str, Any]], *, json: bool) -> Ending:
    if json:
        printing.as_json(found)
    elif found and printing.is_screen():
        columns = ("reference", "state", "taken_at", "problem", "parked")
        printing.table(columns, [[_brief(line[name]) for name in columns] for line in found])
    elif found:
        printing.table(
            [*found[0]], [[application_view.shown(value) or "-" for value in line.values()] for line in found]
        )
    return Ending.DONE if found else Ending.INCOMPLETE


def _cell(value: Any) -> str:
    return application_view.shown(value) or "-"


def _brief(value: Any) -> str:
    return f"{value:%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value or "-")


async def _named(records: Records, name: str) -> list[Application]:
    """The applications with this id or reference. Raises `BadParameter` where it is neither."""
    try:
        found = await records.database.applications.load(UUID(name))
    except ValueError:
        pass
    else:
        return [found] if found else []
    try:
        return await records.database.applications.with_reference(reference.parse(name))
    except Invalid:
        raise typer.BadParameter("neither a reference (ACE-XXXX-XXXX) nor an application's id") from None
