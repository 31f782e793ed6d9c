"""Options that several commands have, and the completion of what they take."""

import pwd
import socket
from os import getuid
from typing import Annotated
from uuid import UUID

import typer

from services.console.output.exit_codes import NotFound
from services.console.servers.database import Records
from shared.contracts import catalogue
from shared.domain import reference
from shared.domain.errors import Invalid
from shared.messaging.topology import WORK_QUEUES
from shared.security.redaction import redacted

JSON = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _queues(incomplete: str) -> list[str]:
    names = [queue.name for queue in WORK_QUEUES if queue.has_dead_letters]
    return [name for name in names if name.startswith(incomplete)]


def _types(incomplete: str) -> list[str]:
    names = [contract.TYPE for contract in (*catalogue.COMMANDS, *catalogue.EVENTS)]
    return [name for name in names if name.startswith(incomplete)]


def _is_queue(name: str | None) -> str | None:
    """The queue's name, without `.dead`. Raises `BadParameter` where there is no such queue."""
    if name is None:
        return None
    plain = name.removesuffix(".dead")
    if plain not in _queues(""):
        raise typer.BadParameter(f"there is no queue {name} that has dead letters: {', '.join(_queues(''))}")
    return plain


def _is_name(name: str | None) -> str | None:
    """An application's id or reference in normal form. Raises `BadParameter` where it is neither."""
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


Queue = Annotated[
    str | None, typer.Option(help="Only of this queue.", autocompletion=_queues, callback=_is_queue, metavar="QUEUE")
]
Type = Annotated[
    str | None, typer.Option(help="Only of this message type, with its version or without.", autocompletion=_types)
]
Matching = Annotated[str | None, typer.Option(help="Only those whose reason holds this text.", metavar="TEXT")]
About = Annotated[
    str | None,
    typer.Option("--application", help="Only about this application.", callback=_is_name, metavar="REFERENCE|ID"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]
Rate = Annotated[float | None, typer.Option(min=0.01, help="At most so many messages a second.", metavar="N")]
As = Annotated[
    str | None, typer.Option("--as", help="Who does it, for the audit; else the user of this machine.", metavar="NAME")
]


def operator(name: str | None) -> str:
    """Who does something: as they say, without addresses and numbers, or the user of this machine."""
    if name and name.strip():
        return str(redacted(name.strip()))
    try:
        user = pwd.getpwuid(getuid()).pw_name
    except KeyError:  # in a container, a user without a name
        user = str(getuid())
    return f"{user}@{socket.gethostname()}"


async def application_id(records: Records, name: str | None) -> UUID | None:
    """The id of the application called so. Raises `NotFound` where none is, `BadParameter` where several are."""
    if name is None:
        return None
    try:
        return UUID(name)
    except ValueError:
        found = await records.database.applications.with_reference(name)
    if not found:
        raise NotFound("there is no such application")
    if len(found) > 1:
        raise typer.BadParameter("more than one application is called so; name it by its id")
    return found[0].id
