"""Options shared by several groups of commands."""

import pwd
import socket
from os import getuid
from typing import Annotated

import typer

from services.console.applications.lookup import normalize_name
from shared.security.redaction import redact

JSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why, for the audit.", metavar="TEXT")]
As = Annotated[
    str | None, typer.Option("--as", help="Who does it, for the audit; else the user of this machine.", metavar="NAME")
]


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


def name_operator(name: str | None) -> str:
    """The operator's name: as given, without addresses and numbers, or this machine's user."""
    if name and name.strip():
        return str(redact(name.strip()))
    try:
        user = pwd.getpwuid(getuid()).pw_name
    except KeyError:  # in a container, a user without a name
        user = str(getuid())
    return f"{user}@{socket.gethostname()}"


def need_reason(reason: str | None) -> str:
    """The reason that an operator gave. Raises `BadParameter` if there is none."""
    if not (reason or "").strip():
        raise typer.BadParameter("say why, with --reason: it is written down")
    return str(reason)
