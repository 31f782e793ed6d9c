"""The state of the database server: its replica set, clock and indexes, and the keys that documents use."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorDatabase
from pymongo.errors import OperationFailure

from shared.storage.errors import transient_when_away

SEALED = {
    "importers": ("record",),
    "applications": ("request", "contact", "details"),
    "top_accounts": ("particulars",),
}
"""The sealed fields of each collection: key id, dot, ciphertext."""


UNIQUE = " (unique)"


def name_index(name: str, about: Mapping[str, Any]) -> str:
    """An index's name, marked if unique: lost uniqueness must not hide behind the same name."""
    return name + (UNIQUE if about.get("unique") else "")


@dataclass(frozen=True)
class DatabaseServer:
    """The database server that answered."""

    version: str
    replica_set: str | None
    members: Mapping[str, str]
    """Each member's state (``PRIMARY``, ``SECONDARY``) by address; empty if our user may not ask."""
    time: datetime


class Diagnostics:
    """What an operator needs to know about the database server."""

    def __init__(
        self, client: AsyncIOMotorClient[dict[str, Any]], database: AsyncIOMotorDatabase[dict[str, Any]]
    ) -> None:
        self._client = client
        self._database = database

    async def server(self) -> DatabaseServer:
        """Version, replica set and clock. Raises `TransientFailure`."""
        with transient_when_away():
            hello = await self._client.admin.command("hello")
            build = await self._client.admin.command("buildInfo")
            return DatabaseServer(
                build["version"], hello.get("setName"), await self._members(), hello["localTime"].replace(tzinfo=UTC)
            )

    async def _members(self) -> dict[str, str]:
        try:
            status = await self._client.admin.command("replSetGetStatus")
        except OperationFailure:
            return {}
        return {member["name"]: member["stateStr"] for member in status["members"]}

    async def indexes(self) -> dict[str, set[str]]:
        """Each collection's indexes, as `name_index` writes them, except the one on ids. Raises `TransientFailure`."""
        with transient_when_away():
            names = await self._database.list_collection_names(filter={"type": "collection"})
            found = {name: await self._database[name].index_information() for name in names}
        return {
            name: {name_index(index, about) for index, about in indexes.items() if index != "_id_"}
            for name, indexes in found.items()
        }

    async def key_ids(self) -> dict[str, dict[str, int]]:
        """Key ids and how many sealed fields use each, by ``collection.field``.

        Reads every document: a key may be removed only if none uses it. Raises `TransientFailure`.
        """
        found = {}
        for collection, fields in SEALED.items():
            for field in fields:
                found[f"{collection}.{field}"] = await self._key_ids(collection, field)
        return found

    async def _key_ids(self, collection: str, field: str) -> dict[str, int]:
        pipeline: list[dict[str, Any]] = [
            {"$match": {field: {"$type": "string"}}},
            {"$sortByCount": {"$arrayElemAt": [{"$split": [f"${field}", "."]}, 0]}},
        ]
        with transient_when_away():
            return {entry["_id"]: entry["count"] async for entry in self._database[collection].aggregate(pipeline)}
