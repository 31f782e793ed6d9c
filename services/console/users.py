"""`acectl users`: the trade users of the ACE Portal."""

from collections.abc import Iterable, Iterator
from typing import Annotated

import typer

from services.console import loading, table
from services.console.ending import Ending, complain, run
from services.console.records import opened
from services.console.table import BadRow, Row
from shared.domain import email_address
from shared.domain.invalid import Invalid
from shared.security.fingerprints import BlindIndex
from shared.settings import Settings
from shared.storage.database import Database

app = typer.Typer(help="Trade users of the ACE Portal.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Trade users of the ACE Portal."""


@app.command()
def load(
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="A CSV file (column email); - is standard input.")],
    if_empty: Annotated[bool, typer.Option(help="Do nothing where there are users already.")] = False,
) -> None:
    """Load portal users. Safe to repeat: those that are known stay as they are."""

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            await records.database.ensure_indexes()
            if if_empty and not await records.database.portal_users.is_empty():
                complain("there are portal users already: nothing is loaded")
                return Ending.DONE
            read = _read(table.rows(file, ("email",)), records.index)
            return await loading.load(file, read, lambda batch: _store(records.database, batch), what="portal users")

    run(work)


def _read(rows: Iterable[Row | BadRow], index: BlindIndex) -> Iterator[str | BadRow]:
    """The blind indexes of the addresses."""
    for row in rows:
        if isinstance(row, BadRow):
            yield row
            continue
        try:
            yield index.of("email", email_address.comparable(email_address.parse(row.values["email"])))
        except Invalid as error:
            yield BadRow(row.line, "email is empty" if error.rule == "missing" else "email is no valid address")


async def _store(database: Database, batch: list[str]) -> list[BadRow]:
    await database.portal_users.store(batch)
    return []
