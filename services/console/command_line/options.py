"""Options shared by several groups of commands."""

from typing import Annotated

import typer

from services.console.applications.lookup import normalize_name

JSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _normalize_name(name: str | None) -> str | None:
    return name and normalize_name(name)


ApplicationName = Annotated[
    str,
    typer.Argument(metavar="REFERENCE|ID", help="ACE-XXXX-XXXX, or the application's id.", callback=_normalize_name),
]
About = Annotated[
    str | None,
    typer.Option(
        "--application", help="Only about this application.", callback=_normalize_name, metavar="REFERENCE|ID"
    ),
]
