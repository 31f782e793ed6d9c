"""`acectl importers`: the records of CBP Form 5106."""

import csv
import io
import sys
from typing import Annotated, BinaryIO

import typer

from services.console.applications.lookup import find_link
from services.console.command_line.groups import make_group
from services.console.command_line.load_options import LoadOptions, MostContacts, load_file
from services.console.command_line.look_ups import record_look_up
from services.console.command_line.option_sets import spread_options
from services.console.command_line.options import As
from services.console.command_line.running import run
from services.console.files import csv_reader
from services.console.files.importers import checking, importer_rows, sample_importers
from services.console.files.importers.file_report import FileReport
from services.console.files.importers.importer_rows import ImporterRow
from services.console.files.importers.importer_store import Change, ImporterStore
from services.console.files.loading import Source
from services.console.files.seen_ids import SeenIds
from services.console.output import number_rules, printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.output.formatting import format_value
from services.console.servers.database import OpenDatabase, open_database
from shared.domain.errors import Invalid
from shared.domain.fields.importer_number import ImporterNumber
from shared.settings.console import RecordSettings

app = make_group()


@app.command()
@spread_options
def load(
    file: Annotated[typer.FileBinaryRead, typer.Argument(metavar="FILE", help="A CSV file; - is standard input.")],
    *,
    if_empty: Annotated[bool, typer.Option(help="Do nothing where there are records already.")] = False,
    options: LoadOptions,
    most_contacts: MostContacts = None,
) -> None:
    """Load importer records. Safe to repeat: known records are renewed, and links to accounts stay as they are.

    With --complete, records that the file lacks become inactive.
    """

    def read(database: OpenDatabase, file: BinaryIO) -> Source[ImporterRow, Change]:
        seen, report = SeenIds(), FileReport()
        rows = csv_reader.read_rows(file, importer_rows.COLUMNS, (importer_rows.STATUS,))
        items = report.watch(importer_rows.read(rows, database.index, seen))
        return Source("importer records", items, ImporterStore.wrap(database), seen, report.summarize_contacts)

    run(
        RecordSettings,
        lambda settings: load_file(settings, file, read, options, if_empty=if_empty, most_contacts=most_contacts),
    )


@app.command()
def check(
    file: Annotated[typer.FileBinaryRead, typer.Argument(metavar="FILE", help="A CSV file; - is standard input.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what a file holds: bad rows, records without a usable contact, inactive, cut off, linked. No database."""
    raise typer.Exit(checking.check(file, json=json))


@app.command()
def generate(
    count: Annotated[int, typer.Argument(metavar="N", min=0, help="How many records.")],
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same file.", metavar="N")] = None,
) -> None:
    """Print a plausible importer file of people and companies that nobody is. Needs Faker."""
    try:
        rows = sample_importers.generate_importers(count, seed)
    except ImportError:
        complain("Faker is not installed: it comes with the dependency group `local` (`uv sync --group local`)")
        raise typer.Exit(ExitCode.UNAVAILABLE) from None
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow([*importer_rows.COLUMNS, importer_rows.STATUS])
    lines.writerows(rows)


@app.command()
def show(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The importer record number; - is standard input.")],
    *,
    operator: As = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show an importer record, personal data masked. The audit keeps who looked."""
    try:
        wanted = ImporterNumber.parse(sys.stdin.readline() if number == "-" else number)
    except Invalid as error:
        raise typer.BadParameter(f"the number {number_rules.explain_number(error.rule)}") from None

    async def work(settings: RecordSettings) -> ExitCode:
        async with open_database(settings) as database:
            await record_look_up(database, operator, "importer", f"by importer {wanted.masked}")
            stored = await database.collections.importers.find(database.index.compute("importer", wanted.value))
            if stored is None:
                complain(f"there is no importer record {wanted.masked}")
                return ExitCode.INCOMPLETE
            link = await find_link(database, stored)
            seen = ImporterStore.wrap(database).describe(stored)
            linked = {"linked_by": link[0], "linked_at": link[1]} if link else {}
        if json:
            printing.print_json(seen | linked)
        else:
            shown = seen | {name: format_value(value) for name, value in linked.items()}
            printing.print_facts({name.replace("_", " "): value or "-" for name, value in shown.items()})
        return ExitCode.DONE

    run(RecordSettings, work)
