"""`acectl database`: what the database needs before anything runs."""

import typer

from services.console.output.exit_codes import Ending, run
from services.console.servers.database import opened
from shared.settings import Settings

app = typer.Typer(help="Indexes of the database.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Indexes of the database."""


@app.command()
def apply() -> None:
    """Make the indexes that are missing. Safe to repeat."""

    async def work(settings: Settings) -> Ending:
        async with opened(settings) as records:
            await records.database.ensure_indexes()
        return Ending.DONE

    run(work)
