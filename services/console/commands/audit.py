"""`acectl audit`: what operators did, whom they looked up, and which files they loaded."""

import sys
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from services.console.applications.lookup import find_id
from services.console.command_line import options
from services.console.command_line.groups import make_group
from services.console.command_line.running import run
from services.console.dead_letters.audit_log import describe_entry
from services.console.output import number_rules, printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.output.formatting import format_time
from services.console.servers.database import open_database
from shared.domain.errors import Invalid
from shared.domain.fields.importer_number import ImporterNumber
from shared.settings.console import RecordSettings

app = make_group()


@app.command("list")
def list_entries(
    message: Annotated[str | None, typer.Option(help="Only about this message.", metavar="ID")] = None,
    about: options.About = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.", metavar="N")] = 50,
    json: options.JSON = False,
) -> None:
    """List what operators did and whom they looked up, the latest first."""

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            application = await find_id(database, about) if about else None
            latest = database.collections.audit.list_latest(limit, message_id=message, application=application)
            found = [describe_entry(entry) async for entry in latest]
        if json:
            printing.print_json(found)
        else:
            for line in found:
                head = f"{format_time(line['at'])}  {line['who']}  {line['action']}  {line['queue'] or line['type']}"
                printing.print_paragraph(head, "bold")
                if about_it := "  ".join(filter(None, (line["message_id"], line["reference"]))):
                    printing.print_paragraph(about_it, indent=4)
                printing.print_paragraph(line["cause"], indent=4)
                if line["why"]:
                    printing.print_paragraph(f"why: {line['why']}", indent=4)
        if not found:
            complain("nothing of this kind was done")
        return ExitCode.DONE

    run(RecordSettings, work)


def _read_number(typed: str | None) -> ImporterNumber | None:
    if typed is None:
        return None
    try:
        return ImporterNumber.parse(sys.stdin.readline() if typed == "-" else typed)
    except Invalid as error:
        raise typer.BadParameter(f"the number {number_rules.explain_number(error.rule)}") from None


@app.command("loads")
def list_loads(
    importer: Annotated[
        str | None,
        typer.Option(help="Only those that changed this importer's contact; - is standard input.", metavar="NUMBER"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.", metavar="N")] = 50,
    json: options.JSON = False,
) -> None:
    """List loads of importer records and portal users, the latest first: who, which file (SHA-256), what changed."""
    number = _read_number(importer)

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            id = database.index.compute("importer", number.value) if number else None
            found = [entry async for entry in database.collections.loads.list_latest(limit, importer=id)]
        if json:
            printing.print_json([asdict(entry) for entry in found])
        else:
            for entry in found:
                complete = ", complete" if entry.complete else ""
                printing.print_paragraph(f"{format_time(entry.at)}  {entry.who}  {entry.what}: {entry.result}", "bold")
                printing.print_paragraph(f"{entry.id}  sha256 {entry.file or '-'}{complete}", indent=4)
                changes = [f"{count:,} {kind}" for kind, count in entry.changes.items()]
                rows = [f"{entry.rows:,} rows", f"{entry.bad:,} bad"]
                printing.print_paragraph(", ".join([*rows, *changes]), indent=4)
                if entry.why:
                    printing.print_paragraph(f"why: {entry.why}", indent=4)
        if not found:
            complain("there was no such load")
        return ExitCode.DONE

    run(RecordSettings, work)


@app.command("contacts")
def list_contacts(load: Annotated[UUID, typer.Argument(metavar="ID", help="The load's id, from audit loads.")]) -> None:
    """List the importers whose contact a load changed, by the hash of their number, one a line."""

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            async for importer in database.collections.loads.list_contacts(load):
                sys.stdout.write(f"{importer}\n")
        return ExitCode.DONE

    run(RecordSettings, work)
