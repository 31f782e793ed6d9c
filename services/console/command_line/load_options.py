"""What `acectl importers load` and `acectl users load` share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO

import typer

from services.console.files import allowance, loading
from services.console.files.allowance import Allowance
from services.console.files.loading import LoadMode, Source
from services.console.output.exit_codes import ExitCode, complain
from services.console.servers.database import OpenDatabase, open_database
from shared.settings.console import RecordSettings


@dataclass(frozen=True)
class LoadOptions:
    """How a file is to be loaded."""

    complete: Annotated[bool, typer.Option("--complete", help="The file holds all there is: what it lacks goes.")] = (
        False
    )
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")] = False
    most_inactive: Annotated[
        Allowance | None,
        typer.Option(
            help="With --complete: stop before anything is changed where the file lacks more than this many "
            f"({allowance.DEFAULT}).",
            metavar="N|N%",
            parser=allowance.parse,
        ),
    ] = None


MostContacts = Annotated[
    Allowance | None,
    typer.Option(
        help=f"Stop before anything is changed where more than this many contacts change ({allowance.DEFAULT}).",
        metavar="N|N%",
        parser=allowance.parse,
    ),
]


async def load_file(
    settings: RecordSettings,
    file: BinaryIO,
    read: Callable[[OpenDatabase], Source[Any, Any]],
    options: LoadOptions,
    *,
    if_empty: bool,
    most_contacts: Allowance | None = None,
) -> ExitCode:
    """Loads a file into the database."""
    if options.most_inactive and not options.complete:
        raise typer.BadParameter("--most-inactive is for --complete: without it, nothing becomes inactive by absence")
    mode = LoadMode(
        options.dry_run,
        options.complete,
        most_contacts or allowance.DEFAULT,
        options.most_inactive or allowance.DEFAULT,
    )
    async with open_database(settings) as database:
        source = read(database)
        if if_empty and await source.destination.count():
            complain(f"there are {source.what} already: nothing is loaded")
            return ExitCode.DONE
        return await loading.load(file, source, mode)
