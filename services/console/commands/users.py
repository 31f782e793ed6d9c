"""`acectl users`: the trade users of the ACE Portal."""

from typing import Annotated

import typer

from services.console.commands.load_options import Complete, DryRun, MostInactive
from services.console.files import allowance, csv_reader, loading, user_rows
from services.console.files.loading import Asked
from services.console.files.seen_ids import Seen
from services.console.output.exit_codes import Ending, complain, run
from services.console.servers.database import opened
from shared.settings import Settings

app = typer.Typer(help="Trade users of the ACE Portal.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Trade users of the ACE Portal."""


@app.command()
def load(
    file: Annotated[typer.FileBinaryRead, typer.Argument(help="A CSV file (column email); - is standard input.")],
    if_empty: Annotated[bool, typer.Option(help="Do nothing where there are users already.")] = False,
    complete: Complete = False,
    dry_run: DryRun = False,
    most_inactive: MostInactive = None,
) -> None:
    """Load portal users. Safe to repeat: those that are known stay as they are; with --complete others are removed."""
    asked = Asked(dry_run, complete, most_inactive=most_inactive or allowance.DEFAULT)

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            if not dry_run:
                await records.database.ensure_indexes()
            if if_empty and not await records.database.portal_users.is_empty():
                complain("there are portal users already: nothing is loaded")
                return Ending.DONE
            seen = Seen()
            read = user_rows.read(csv_reader.rows(file, user_rows.COLUMNS), records.index, seen)
            users = user_rows.Users(records.database.portal_users)
            return await loading.load(file, read, users, asked, seen=seen, what="portal users")

    run(work)
