"""`acectl importers`: the records of CBP Form 5106."""

import csv
import io
import sys
from typing import Annotated

import typer

from services.console.commands.load_options import Complete, DryRun, MostContacts, MostInactive
from services.console.files import allowance, checking, csv_reader, importer_rows, loading, sample_importers
from services.console.files.file_report import Findings
from services.console.files.loading import Asked
from services.console.files.seen_ids import Seen
from services.console.output import printing
from services.console.output.exit_codes import Ending, complain, run
from services.console.servers.database import opened
from shared.domain.errors import Invalid
from shared.domain.fields.importer_number import ImporterNumber
from shared.settings import Settings

app = typer.Typer(help="Importer records (CBP Form 5106).", no_args_is_help=True)


@app.command()
def load(
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="A CSV file; - is standard input.")],
    *,
    if_empty: Annotated[bool, typer.Option(help="Do nothing where there are records already.")] = False,
    complete: Complete = False,
    dry_run: DryRun = False,
    most_contacts: MostContacts = None,
    most_inactive: MostInactive = None,
) -> None:
    """Load importer records. Safe to repeat: known records are renewed, and links to accounts stay as they are.

    With --complete, records that the file lacks become inactive.
    """
    asked = Asked(dry_run, complete, most_contacts or allowance.DEFAULT, most_inactive or allowance.DEFAULT)

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            if not dry_run:
                await records.database.ensure_indexes()
            if if_empty and not await records.database.importers.is_empty():
                complain("there are importer records already: nothing is loaded")
                return Ending.DONE
            seen, findings = Seen(), Findings()
            rows = csv_reader.rows(file, importer_rows.COLUMNS, (importer_rows.STATUS,))
            read = findings.watch(importer_rows.read(rows, records.index, seen))
            return await loading.load(
                file, read, records.registry, asked, seen=seen, what="importer records", note=findings.contact_line
            )

    run(work)


@app.command()
def check(
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="A CSV file; - is standard input.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Say what a file holds: bad rows, records without a usable contact, inactive, cut off, linked. No database."""
    raise typer.Exit(checking.check(file, json=json))


@app.command()
def generate(
    count: Annotated[int, typer.Argument(metavar="N", min=0, help="How many records.")],
    seed: Annotated[int | None, typer.Option(help="The same seed gives the same file.")] = None,
) -> None:
    """Print a plausible importer file of people and companies that nobody is. Needs Faker."""
    try:
        rows = sample_importers.importers(count, seed)
    except ImportError:
        complain("Faker is not installed: it comes with the dependency group `local` (`uv sync --group local`)")
        raise typer.Exit(Ending.UNAVAILABLE) from None
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    lines = csv.writer(sys.stdout, lineterminator="\n")
    lines.writerow([*importer_rows.COLUMNS, importer_rows.STATUS])
    lines.writerows(rows)


@app.command()
def show(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The importer record number; - is standard input.")],
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show an importer record, personal data masked."""
    try:
        wanted = ImporterNumber.parse(sys.stdin.readline() if number == "-" else number)
    except Invalid as error:
        raise typer.BadParameter(f"the number {importer_rows.number_rule(error.rule)}") from None

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            stored = await records.database.importers.find(records.index.of("importer", wanted.value))
            if stored is None:
                complain(f"there is no importer record {wanted.masked}")
                return Ending.INCOMPLETE
            seen = records.registry.seen(stored)
        if json:
            printing.as_json(seen)
        else:
            printing.facts({name.replace("_", " "): value or "-" for name, value in seen.items()})
        return Ending.DONE

    run(work)
