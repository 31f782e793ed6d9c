"""The services' database users and their roles: creating them, and finding what is missing or different."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo.errors import OperationFailure

from shared.storage.database import connect
from shared.storage.errors import AUTHENTICATION_FAILED, UNAUTHORIZED, transient_when_away
from shared.storage.privileges import PRIVILEGES

EXISTS = (48, 51002, 51003)
"""Error codes when another process has just created a collection, role or user."""


async def make_users(
    database: AsyncIOMotorDatabase[dict[str, Any]], url: str, passwords: Mapping[str, str]
) -> AsyncIterator[str]:
    """Creates or corrects the user and role of each service whose password is given; yields what it changed."""
    roles, users = await _find_roles(database), await _find_users(database)
    for user, password in passwords.items():
        privileges = [
            {"resource": {"db": database.name, "collection": collection}, "actions": sorted(actions)}
            for collection, actions in PRIVILEGES[user].items()
        ]
        if user not in roles:
            if await create(database, "createRole", user, privileges=privileges, roles=[]):
                yield f"role {user}: created"
        elif roles[user] != PRIVILEGES[user]:
            await database.command("updateRole", user, privileges=privileges, roles=[])
            yield f"role {user}: changed"
        if user not in users:
            if await create(database, "createUser", user, **_describe_user(user, password)):
                yield f"user {user}: created"
        elif users[user] != {user} or not await _can_log_in(url, database.name, user, password):
            await database.command("updateUser", user, **_describe_user(user, password))
            yield f"user {user}: changed"


def _describe_user(user: str, password: str) -> dict[str, Any]:
    return {"pwd": password, "roles": [user], "mechanisms": ["SCRAM-SHA-256"]}


async def _find_roles(database: AsyncIOMotorDatabase[dict[str, Any]]) -> dict[str, dict[str, frozenset[str]]]:
    """What each role of the database may do, by collection or other resource."""
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


async def _find_users(database: AsyncIOMotorDatabase[dict[str, Any]]) -> dict[str, set[str]]:
    """The roles of each user of the database."""
    found = await database.command("usersInfo", 1)
    return {user["user"]: {role["role"] for role in user["roles"]} for user in found["users"]}


@dataclass(frozen=True)
class UserState:
    """Whether each service's user exists with the right role, and whether anybody else gets in."""

    is_open: bool
    """Whether the database lets anybody in without a password."""
    missing: list[str]
    different: list[str]
    """Users that may do more or less than they should."""


async def inspect_users(url: str, name: str) -> UserState | None:
    """The state of the services' users; None if our user may not see them. Raises `TransientFailure`."""
    client = connect(url)
    try:
        with transient_when_away():
            try:
                roles, users = await _find_roles(client[name]), await _find_users(client[name])
            except OperationFailure as error:
                if error.code != UNAUTHORIZED:
                    raise
                return None
            different = [user for user in PRIVILEGES if user in users and users[user] != {user}]
            different += [user for user in PRIVILEGES if user in roles and roles[user] != PRIVILEGES[user]]
            missing = [user for user in PRIVILEGES if user not in users or user not in roles]
            return UserState(await _lets_anybody_in(url, name), missing, sorted(set(different)))
    finally:
        client.close()


async def _lets_anybody_in(url: str, name: str) -> bool:
    client = connect(url, username=None, password=None)
    try:
        await client[name].list_collection_names()
    except OperationFailure as error:
        if error.code != UNAUTHORIZED:
            raise
        return False
    else:
        return True
    finally:
        client.close()


async def create(database: AsyncIOMotorDatabase[dict[str, Any]], command: str, name: str, **about: Any) -> bool:
    """Creates something; False if another process just did."""
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
