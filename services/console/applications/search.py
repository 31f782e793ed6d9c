"""Finds applications by what an operator typed."""

from services.console.applications.search_term import SearchTerm
from services.console.servers.database import OpenDatabase
from shared.domain.application import Application


async def search(database: OpenDatabase, wanted: SearchTerm) -> list[Application]:
    """The applications that this names, the latest first. Raises `TransientFailure`."""
    applications = database.collections.applications
    if wanted.kind == "reference":
        return await applications.find_by_reference(wanted.normal)
    if wanted.kind == "account":
        id = await database.collections.accounts.find_application(wanted.normal)
        found = await applications.load(id) if id else None
        return [found] if found else []
    if wanted.kind == "importer":
        return await applications.find_by_index(importer=database.index.compute("importer", wanted.normal))
    return await applications.find_by_index(email=database.index.compute("email", wanted.normal))
