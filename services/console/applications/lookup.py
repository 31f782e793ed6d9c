"""Finds applications by the name that an operator gave: an id, or a reference.

Commands that only filter by this name load no database driver.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import typer

from services.console.output.exit_codes import NotFound
from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State
from shared.domain import reference
from shared.domain.errors import Invalid

if TYPE_CHECKING:
    from services.console.servers.database import OpenDatabase
    from shared.domain.application import Application
    from shared.storage.importers import StoredImporter

DIGESTS_FOUND_FOR = timedelta(days=14)
MOST_DIGESTS = 10_000
"""Of late, through which a reference is looked for: nothing stores it."""


def normalize_name(name: str) -> str:
    """An application's id or reference in normal form. Raises `BadParameter` if it is neither."""
    try:
        return str(_parse_id(name) or reference.parse(name))
    except Invalid:
        raise typer.BadParameter("neither a reference (ACE-XXXX-XXXX) nor an application's id") from None


async def find_applications(database: OpenDatabase, name: str) -> list[Application]:
    """The applications with this normal name. Raises `NotFound` for none."""
    id, applications = _parse_id(name), database.collections.applications
    found = [await applications.load(id)] if id else await applications.find_by_reference(name)
    if not any(found):
        if await _find_digest(database, name):
            raise NotFound("that is a daily digest, about no application: docs/runbooks.md says what to do (Callers)")
        raise NotFound("there is no such application")
    return [application for application in found if application]


async def find_application(database: OpenDatabase, name: str) -> Application:
    """The only application with this normal name.

    Raises:
        NotFound: there is none.
        typer.BadParameter: there are several.

    """
    found = await find_applications(database, name)
    if len(found) > 1:
        raise typer.BadParameter("more than one application is called so; name it by its id")
    return found[0]


async def find_id(database: OpenDatabase, name: str) -> UUID:
    """The id behind this normal name, of a daily digest too. An id need not be stored.

    Raises:
        NotFound: there is neither.
        typer.BadParameter: there are several.

    """
    try:
        return _parse_id(name) or (await find_application(database, name)).id
    except NotFound:
        if digest := await _find_digest(database, name):
            return digest
        raise


async def _find_digest(database: OpenDatabase, name: str) -> UUID | None:
    """The id of a daily digest with this normal name, among those of late."""
    statuses, since = database.collections.email_status, clock.now() - DIGESTS_FOUND_FOR
    found = await statuses.list_latest(MOST_DIGESTS, since, EmailStatus, kind=EmailKind.REQUESTS_DIGEST)
    return next((id for id, _, _ in found if name in (str(id), reference.derive(id))), None)


async def find_link(database: OpenDatabase, stored: StoredImporter) -> tuple[str, datetime] | None:
    """Which application linked the record, and when; None if a file of records did, or the application is gone."""
    found = await database.collections.applications.find_by_index(importer=stored.id)
    application = next((each for each in found if each.account and each.account == stored.top_account), None)
    if application is None:
        return None
    created = (entry.at for entry in application.history if entry.state is State.PROVISIONED)
    return application.reference, next(created, application.taken_at)


def _parse_id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
