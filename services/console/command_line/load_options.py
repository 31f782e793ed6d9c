"""What `acectl importers load` and `acectl users load` share."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO

import typer

from services.console.command_line import options as shared_options
from services.console.files import allowance, loading
from services.console.files.allowance import Allowance
from services.console.files.hashed_file import HashedFile
from services.console.files.load_log import LoadLog
from services.console.files.loading import LoadMode, Source
from services.console.output.exit_codes import ExitCode, complain
from services.console.servers.database import OpenDatabase, open_database
from shared.security.redaction import redact
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
            help="Stop before anything is changed where more than this many would become inactive or be removed, "
            f"with those of the last 24 hours ({allowance.DEFAULT}).",
            metavar="N|N%",
            parser=allowance.parse,
        ),
    ] = None
    reason: shared_options.Reason = None
    operator: shared_options.As = None


MostContacts = Annotated[
    Allowance | None,
    typer.Option(
        help="Stop before anything is changed where more than this many contacts would change, "
        f"with those of the last 24 hours ({allowance.DEFAULT}).",
        metavar="N|N%",
        parser=allowance.parse,
    ),
]


async def load_file(
    settings: RecordSettings,
    file: BinaryIO,
    read: Callable[[OpenDatabase, BinaryIO], Source[Any, Any]],
    options: LoadOptions,
    *,
    if_empty: bool,
    most_contacts: Allowance | None = None,
) -> ExitCode:
    """Loads a file into the database."""
    mode = LoadMode(
        options.dry_run,
        options.complete,
        most_contacts or allowance.DEFAULT,
        options.most_inactive or allowance.DEFAULT,
    )
    async with open_database(settings) as database:
        hashed = HashedFile(file)
        source = read(database, io.BufferedReader(hashed))
        if if_empty and await source.destination.count():
            complain(f"there are {source.what} already: nothing is loaded")
            return ExitCode.DONE
        who = shared_options.name_operator(options.operator)
        why = redact(options.reason) if options.reason else None
        return await loading.load(file, source, mode, LoadLog(database.collections.loads, who, why, hashed))
