"""The options of `acectl importers load` and `acectl users load`."""

from typing import Annotated

import typer

from services.console.files import allowance
from services.console.files.allowance import Allowance

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change, and change nothing.")]
Complete = Annotated[bool, typer.Option("--complete", help="The file holds all there is: what it lacks goes.")]
MostInactive = Annotated[
    Allowance | None,
    typer.Option(
        help="With --complete: stop before anything is changed where the file lacks more than this many (1% or 100).",
        metavar="N|N%",
        parser=allowance.parse,
    ),
]
MostContacts = Annotated[
    Allowance | None,
    typer.Option(
        help="Stop before anything is changed where more than this many contacts change (1% or 100).",
        metavar="N|N%",
        parser=allowance.parse,
    ),
]
