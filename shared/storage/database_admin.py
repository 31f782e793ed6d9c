"""Creates what the database needs: collections, indexes, the view of emails, and each service's role and user."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from shared.storage import emails, logins
from shared.storage.database import INDEXES, connect
from shared.storage.database_users import create, make_users
from shared.storage.diagnostics import name_index
from shared.storage.errors import transient_when_away

COLLECTIONS = (*INDEXES, "importers", "portal_users", logins.COLLECTION)


async def administer(url: str, name: str, passwords: Mapping[str, str]) -> list[str]:
    """Creates what is missing and corrects what differs, including each user whose password is given. Safe to repeat.

    Returns a line for each change. Raises `TransientFailure`, and the driver's errors.
    """
    client = connect(url)
    try:
        with transient_when_away():
            return [
                *[change async for change in _make_collections(client[name])],
                *[change async for change in _make_view(client[name])],
                *[change async for change in make_users(client[name], url, passwords)],
            ]
    finally:
        client.close()


async def _make_collections(database: AsyncIOMotorDatabase[dict[str, Any]]) -> AsyncIterator[str]:
    names = await database.list_collection_names()
    for collection in COLLECTIONS:
        if collection not in names and await create(database, "create", collection):
            yield f"collection {collection}: created"
        wanted = INDEXES.get(collection, [])
        there = await database[collection].index_information() if wanted else {}
        if missing := [index for index in wanted if index.document["name"] not in there]:
            await database[collection].create_indexes(missing)
            for index in missing:
                yield f"index {collection}.{name_index(index.document['name'], index.document)}: created"


async def _make_view(database: AsyncIOMotorDatabase[dict[str, Any]]) -> AsyncIterator[str]:
    wanted: dict[str, Any] = {"viewOn": emails.COLLECTION, "pipeline": emails.STATUS}
    found = await (await database.list_collections(filter={"name": emails.VIEW})).to_list(None)
    if not found and await create(database, "create", emails.VIEW, **wanted):
        yield f"view {emails.VIEW}: created"
    elif found and found[0]["options"] != wanted:
        await database.command("collMod", emails.VIEW, **wanted)
        yield f"view {emails.VIEW}: changed"
