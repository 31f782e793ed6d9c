"""`acectl importers`: the records of CBP Form 5106."""

from typing import Annotated

import typer

from services.console import importer_rows, loading, table
from services.console.ending import Ending, complain, run
from services.console.importer_rows import ImporterRow
from services.console.records import Records, opened
from services.console.table import BadRow
from shared.settings import Settings

app = typer.Typer(help="Importer records (CBP Form 5106).", no_args_is_help=True)


@app.command()
def load(
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="A CSV file; - is standard input.")],
    if_empty: Annotated[bool, typer.Option(help="Do nothing where there are records already.")] = False,
) -> None:
    """Load importer records. Safe to repeat: known records are renewed, and links to accounts stay as they are."""

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            await records.database.ensure_indexes()
            if if_empty and not await records.database.importers.is_empty():
                complain("there are importer records already: nothing is loaded")
                return Ending.DONE
            rows = table.rows(file, importer_rows.COLUMNS, (importer_rows.STATUS,))
            read = importer_rows.read(rows, records.storage, records.index)
            return await loading.load(file, read, lambda batch: _store(records, batch), what="importer records")

    run(work)


async def _store(records: Records, batch: list[ImporterRow]) -> list[BadRow]:
    """Stores records; those whose link is another than the row says come back."""
    refused = await records.database.importers.store([row.stored for row in batch])
    return [
        BadRow(row.line, f"{row.number}: {_contradiction(row.stored.top_account, refused[row.stored.id])}")
        for row in batch
        if row.stored.id in refused
    ]


def _contradiction(said: str | None, stored: str | None) -> str:
    if said is None:
        return f"the record is linked to {stored}, and loading never clears a link"
    return f"the record is linked to {stored}, and loading never changes a link"
