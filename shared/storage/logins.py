"""Who may use the console in the browser: logins, each with a role and a hashed password."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from shared.storage.errors import transient_when_away

COLLECTION = "console_logins"

KNOWN_NETWORKS = 10
"""Networks to remember for each login, the latest ones."""


class Role(StrEnum):
    """What a login may do."""

    VIEWER = "viewer"
    """Sees everything that the console shows, and changes nothing."""
    OPERATOR = "operator"
    """Also acts: replays, discards, lifts limits, has emails sent again."""

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what the other may."""
        return self is Role.OPERATOR or other is Role.VIEWER


@dataclass(frozen=True)
class Login:
    """One person's login."""

    name: str
    role: Role
    password: str
    """Its argon2 hash."""
    made_at: datetime
    changed_at: datetime
    """When its password was last set."""
    networks: tuple[str, ...] = ()
    """Tags of the networks that its right password came from, for which others' wrong ones do not count."""


class Logins:
    """The logins."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def add(self, login: Login) -> bool:
        """Adds a login. False if there is one of this name. Raises `TransientFailure`."""
        fields = {name: value for name, value in vars(login).items() if name != "name"}
        document = {"_id": login.name, **fields, "role": login.role.value, "networks": list(login.networks)}
        with transient_when_away():
            try:
                await self._collection.insert_one(document)
            except DuplicateKeyError:
                return False
        return True

    async def find(self, name: str) -> Login | None:
        """The login of this name. Raises `TransientFailure`."""
        with transient_when_away():
            found = await self._collection.find_one({"_id": name})
        return _to_login(found) if found else None

    async def list_all(self) -> list[Login]:
        """Every login, by name. Raises `TransientFailure`."""
        with transient_when_away():
            return [_to_login(found) async for found in self._collection.find().sort("_id", ASCENDING)]

    async def remove(self, name: str) -> bool:
        """Removes a login; False if there is none. Raises `TransientFailure`."""
        with transient_when_away():
            return (await self._collection.delete_one({"_id": name})).deleted_count == 1

    async def change_password(self, name: str, password: str, now: datetime) -> bool:
        """Sets a password's hash and forgets known networks; False if there is no such login."""
        with transient_when_away():
            changed = {"$set": {"password": password, "changed_at": now, "networks": []}}
            return (await self._collection.update_one({"_id": name}, changed)).matched_count == 1

    async def remember_network(self, login: Login, network: str) -> None:
        """Records where the right password came from. Raises `TransientFailure`."""
        if network == next(reversed(login.networks), None):
            return
        others = {"$filter": {"input": "$networks", "cond": {"$ne": ["$$this", {"$literal": network}]}}}
        latest = {"$slice": [{"$concatArrays": [others, [{"$literal": network}]]}, -KNOWN_NETWORKS]}
        with transient_when_away():
            await self._collection.update_one({"_id": login.name}, [{"$set": {"networks": latest}}])


def _to_login(found: Mapping[str, Any]) -> Login:
    times = (found["made_at"], found.get("changed_at", found["made_at"]))  # the first logins had no `changed_at`
    return Login(found["_id"], Role(found["role"]), found["password"], *times, tuple(found["networks"]))
