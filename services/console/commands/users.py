"""`acectl users`: the trade users of the ACE Portal."""

from typing import Annotated, BinaryIO

import typer

from services.console.command_line.groups import make_group
from services.console.command_line.load_options import LoadOptions, load_file
from services.console.command_line.option_sets import spread_options
from services.console.command_line.running import run
from services.console.files import csv_reader, user_rows
from services.console.files.loading import Source
from services.console.files.seen_ids import SeenIds
from services.console.files.user_rows import User, UserStore
from services.console.servers.database import OpenDatabase
from shared.settings.console import RecordSettings

app = make_group()


@app.command()
@spread_options
def load(
    file: Annotated[
        typer.FileBinaryRead, typer.Argument(metavar="FILE", help="A CSV file (column email); - is standard input.")
    ],
    *,
    if_empty: Annotated[bool, typer.Option(help="Do nothing where there are users already.")] = False,
    options: LoadOptions,
) -> None:
    """Load portal users. Safe to repeat: those that are known stay as they are; with --complete others are removed."""

    def read(database: OpenDatabase, file: BinaryIO) -> Source[User, User]:
        seen = SeenIds()
        rows = csv_reader.read_rows(file, user_rows.COLUMNS)
        users = UserStore(database.collections.portal_users)
        return Source("portal users", user_rows.read(rows, database.index, seen), users, seen)

    run(RecordSettings, lambda settings: load_file(settings, file, read, options, if_empty=if_empty))
