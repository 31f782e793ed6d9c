"""Creates what the database needs: collections, indexes, the view of emails, and each service's role and user."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.errors import OperationFailure

from shared.storage import emails
from shared.storage.database import INDEXES, connect
from shared.storage.diagnostics import name_index
from shared.storage.errors import AUTHENTICATION_FAILED, transient_when_away
from shared.storage.privileges import PRIVILEGES

COLLECTIONS = (*INDEXES, "importers", "portal_users")

EXISTS = (48, 51002, 51003)
"""Error codes when another process has created a collection, role or user meanwhile."""


async def administer(url: str, name: str, passwords: Mapping[str, str]) -> list[str]:
    """Creates or corrects what is missing or different, and users wherever a password is given. Safe to repeat.

    Returns what it changed, a line for each thing. Raises `TransientFailure`, and the driver's errors.
    """
    client = connect(url)
    try:
        with transient_when_away():
            return [
                *[change async for change in _make_collections(client[name])],
                *[change async for change in _make_view(client[name])],
                *[change async for change in _make_users(client[name], url, passwords)],
            ]
    finally:
        client.close()


async def _make_collections(database: AsyncIOMotorDatabase[dict[str, Any]]) -> AsyncIterator[str]:
    names = await database.list_collection_names()
    for collection in COLLECTIONS:
        if collection not in names and await _create(database, "create", collection):
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
    if not found and await _create(database, "create", emails.VIEW, **wanted):
        yield f"view {emails.VIEW}: created"
    elif found and found[0]["options"] != wanted:
        await database.command("collMod", emails.VIEW, **wanted)
        yield f"view {emails.VIEW}: changed"


async def _make_users(
    database: AsyncIOMotorDatabase[dict[str, Any]], url: str, passwords: Mapping[str, str]
) -> AsyncIterator[str]:
    roles, users = await find_roles(database), await find_users(database)
    for user, password in passwords.items():
        privileges = [
            {"resource": {"db": database.name, "collection": collection}, "actions": sorted(actions)}
            for collection, actions in PRIVILEGES[user].items()
        ]
        if user not in roles:
            if await _create(database, "createRole", user, privileges=privileges, roles=[]):
                yield f"role {user}: created"
        elif roles[user] != PRIVILEGES[user]:
            await database.command("updateRole", user, privileges=privileges, roles=[])
            yield f"role {user}: changed"
        if user not in users:
            if await _create(database, "createUser", user, **_describe_user(user, password)):
                yield f"user {user}: created"
        elif users[user] != {user} or not await _can_log_in(url, database.name, user, password):
            await database.command("updateUser", user, **_describe_user(user, password))
            yield f"user {user}: changed"


def _describe_user(user: str, password: str) -> dict[str, Any]:
    return {"pwd": password, "roles": [user], "mechanisms": ["SCRAM-SHA-256"]}


async def find_roles(database: AsyncIOMotorDatabase[dict[str, Any]]) -> dict[str, dict[str, frozenset[str]]]:
    """What each role of the database may do, by collection, or by resource where it is not a collection of it."""
    found = await database.command("rolesInfo", 1, showPrivileges=True)
    return {
        role["role"]: {
            _name_resource(privilege["resource"], database.name): frozenset(privilege["actions"])
            for privilege in role["inheritedPrivileges"]
        }
        for role in found["roles"]
    }


def _name_resource(resource: Mapping[str, Any], database: str) -> str:
    return str(resource["collection"] if resource.get("db") == database else dict(resource))


async def find_users(database: AsyncIOMotorDatabase[dict[str, Any]]) -> dict[str, set[str]]:
    """The roles of each user of the database."""
    found = await database.command("usersInfo", 1)
    return {user["user"]: {role["role"] for role in user["roles"]} for user in found["users"]}


async def _create(database: AsyncIOMotorDatabase[dict[str, Any]], command: str, name: str, **about: Any) -> bool:
    """Creates something; False if another process has created it meanwhile."""
    try:
        await database.command(command, name, **about)
    except OperationFailure as error:
        if error.code not in EXISTS:
            raise
        return False
    return True


async def _can_log_in(url: str, name: str, user: str, password: str) -> bool:
    client = connect(url, username=user, password=password, authSource=name, authMechanism="SCRAM-SHA-256")
    try:
        await client.admin.command("ping")
    except OperationFailure as error:
        if error.code != AUTHENTICATION_FAILED:
            raise
        return False
    else:
        return True
    finally:
        client.close()
