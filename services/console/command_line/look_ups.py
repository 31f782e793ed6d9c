"""Writes down whom an operator looks up, as the console in the browser does, before anything is shown."""

from uuid import UUID

from services.console.command_line.options import name_operator
from services.console.servers.database import OpenDatabase
from shared import clock
from shared.storage.audit import LOOK_UP, make_entry


async def record_look_up(
    database: OpenDatabase, operator: str | None, what: str, cause: str, *, application: UUID | None = None
) -> None:
    """Adds it to the audit. Raises `TransientFailure`: then it must not be shown.

    `what` was looked up is an application, an importer, limits or a dead letter; `cause` says by what, masked.
    """
    entry = make_entry(name_operator(operator), LOOK_UP, what, cause, clock.now(), application=application)
    await database.collections.audit.add([entry])
