"""Options shared by several groups of commands."""

from typing import Annotated
from uuid import UUID

import typer

from shared.domain import reference
from shared.domain.errors import Invalid

JSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def normalize_name(name: str | None) -> str | None:
    """An application's id or reference in normal form. Raises `BadParameter` if it is neither."""
    if name is None:
        return None
    try:
        return str(UUID(name))
    except ValueError:
        pass
    try:
        return reference.parse(name)
    except Invalid:
        raise typer.BadParameter("neither a reference (ACE-XXXX-XXXX) nor an application's id") from None


About = Annotated[
    str | None,
    typer.Option("--application", help="Only about this application.", callback=normalize_name, metavar="REFERENCE|ID"),
]
