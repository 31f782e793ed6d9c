"""`acectl applications`: what happened to an application.

A command imports what only it needs, so that a list is fast.
"""

import sys
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.console.applications.lookup import find_applications
from services.console.applications.summary import summarize
from services.console.command_line import options, spans
from services.console.command_line.groups import make_group
from services.console.command_line.look_ups import record_look_up
from services.console.command_line.running import run
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.output.formatting import format_age, format_value
from services.console.servers.database import OpenDatabase, open_database
from shared import clock
from shared.contracts.state import State
from shared.domain.application import Application
from shared.settings.console import RecordSettings

if TYPE_CHECKING:
    from services.console.applications.stuck import Finding

app = make_group()

Since = Annotated[str | None, typer.Option(help="Only those started since then.", metavar="30m|12h|7d")]


@app.command()
def show(
    name: options.ApplicationName,
    *,
    operator: options.As = None,
    json: options.JSON = False,
) -> None:
    """Show everything about an application, personal data masked. The audit keeps who looked."""
    from services.console.applications import application_view  # noqa: PLC0415

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            for application in await find_applications(database, name):
                cause = f"by its name {application.reference}"
                await record_look_up(database, operator, "application", cause, application=application.id)
                emails = await database.collections.email_status.find(application.id)
                seen = application_view.describe(application, emails, database.storage, clock.now())
                if json:
                    printing.print_json(seen)
                else:
                    application_view.print_view(seen)
            return ExitCode.DONE

    run(RecordSettings, work)


@app.command("list")
def list_applications(
    state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None,
    since: Since = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.", metavar="N")] = 50,
    json: options.JSON = False,
) -> None:
    """List applications, the latest first."""
    lately = spans.parse(since) if since else None

    async def work(settings: RecordSettings) -> ExitCode:
        now = clock.now()
        after = now - lately if lately else None
        async with open_database(settings) as database:
            latest = database.collections.applications.list_latest(limit, now, state, after)
            found = await _summarize([application async for application in latest], database)
        if not found:
            complain("no application")
        _print_list(found, json=json)
        return ExitCode.DONE

    run(RecordSettings, work)


@app.command()
def find(
    name: Annotated[
        str,
        typer.Argument(
            metavar="REFERENCE|IR#|EMAIL|ACCOUNT", help="- reads it from standard input, so that no history keeps it."
        ),
    ],
    *,
    operator: options.As = None,
    json: options.JSON = False,
) -> None:
    """Find applications by reference, importer record number, the requester's email address, or account.

    The audit keeps who looked.
    """
    from services.console.applications.search import search  # noqa: PLC0415
    from services.console.applications.search_term import SearchTerm  # noqa: PLC0415

    wanted = SearchTerm.read(sys.stdin.readline() if name == "-" else name)

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            await record_look_up(database, operator, "application", f"by {wanted.kind} {wanted.masked}")
            found = await search(database, wanted)
            lines = await _summarize(found, database)
        if not found:
            complain(f"no application for {wanted.masked}. One that was refused at once keeps no number and no address")
        _print_list(lines, json=json)
        return ExitCode.DONE if lines else ExitCode.INCOMPLETE

    run(RecordSettings, work)


@app.command("stuck")
def list_stuck(
    since: Annotated[str, typer.Option(help="Only those started since then.", metavar="30m|12h|7d")] = "7d",
    limit: Annotated[int, typer.Option(min=1, help="At most so many.", metavar="N")] = 100,
    json: options.JSON = False,
) -> None:
    """List applications that should have moved and have not, with why and what to do; exit 1 if there are any."""
    from services.console.applications import stuck  # noqa: PLC0415

    lately = spans.parse(since)

    async def work(settings: RecordSettings) -> ExitCode:
        now = clock.now()
        found: list[tuple[dict[str, Any], list[stuck.Finding]]] = []
        async with open_database(settings) as database:
            statuses = database.collections.email_status
            needing_attention = await statuses.find_needing_attention(now - lately)
            async for application in database.collections.applications.list_unfinished(now - lately, needing_attention):
                emails = await statuses.find(application.id)
                if (wrong := stuck.list_findings(application, emails, now)) and len(found) < limit:
                    found.append((summarize(application, emails, now), wrong))
        if json:
            printing.print_json([{**line, "findings": [vars(each) for each in wrong]} for line, wrong in found])
        else:
            _show_stuck(found, now)
            complain(stuck.sum_up(wrong for _, wrong in found) if found else "no application is stuck")
        return ExitCode.INCOMPLETE if found else ExitCode.DONE

    run(RecordSettings, work)


async def _summarize(applications: list[Application], database: OpenDatabase) -> list[dict[str, Any]]:
    emails = await database.collections.email_status.find_all(application.id for application in applications)
    now = clock.now()
    return [summarize(application, emails.get(application.id, {}), now) for application in applications]


def _show_stuck(found: "list[tuple[dict[str, Any], list[Finding]]]", now: datetime) -> None:
    """Shows each cause once, with all applications that have it."""
    causes: dict[tuple[str, str], list[tuple[dict[str, Any], Finding]]] = {}
    for line, findings in found:
        for finding in findings:
            causes.setdefault((finding.why, finding.together or finding.to_do), []).append((line, finding))
    for (why, together), alike in causes.items():
        to_do = together if len(alike) > 1 else alike[0][1].to_do
        oldest = min(finding.since for _, finding in alike)
        printing.print_paragraph(f"{why} ({format_age(oldest, now)})", "bold yellow")
        printing.print_paragraph(f"do: {to_do}", indent=4)
        printing.print_paragraph("  ".join(f"{line['reference']}  {line['state']}" for line, _ in alike), indent=8)


def _print_list(found: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        printing.print_json(found)
    elif found and printing.is_screen():
        columns = ("reference", "state", "taken_at", "problem", "parked")
        printing.print_table(columns, [[_shorten(line[name]) for name in columns] for line in found])
    elif found:
        printing.print_table([*found[0]], [[format_value(value) or "-" for value in line.values()] for line in found])


def _shorten(value: Any) -> str:
    return f"{value:%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value or "-")
