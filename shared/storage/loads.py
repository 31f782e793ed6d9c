"""Every load of a file: who loaded which file, and what it changed. Entries never change."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from motor.motor_asyncio import AsyncIOMotorCollection, AsyncIOMotorDatabase
from pymongo import DESCENDING, IndexModel

from shared.storage.errors import transient_when_away
from shared.storage.known_fields import pick_known_fields

LISTED = 10_000
"""Changed contacts in one document. All of a large load would exceed what a document may hold."""

BEGUN, LOADED, STOPPED = "begun", "loaded", "stopped"
"""A first load has begun, and its file is not known yet; a load was about to store its changes; a limit stopped it."""


@dataclass(frozen=True)
class LoadEntry:
    """One load."""

    id: UUID
    at: datetime
    who: str
    why: str | None
    """Why the operator did it, in their words."""
    what: str
    """``importer records`` or ``portal users``."""
    result: str
    file: str | None
    """SHA-256 of the file, in hexadecimal digits."""
    complete: bool
    """Whether the file was said to hold all there is."""
    rows: int
    bad: int
    changes: Mapping[str, int]
    """How many records by kind of change: ``new``, ``contacts changed``, ``become inactive``."""


INDEXES = {
    "loads": [IndexModel([("at", DESCENDING)])],
    "changed_contacts": [IndexModel("load"), IndexModel("importers")],
}
"""For the latest loads; for the contacts that one changed, and the loads that changed one."""


class Loads:
    """The audit of loads."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._loads: AsyncIOMotorCollection[dict[str, Any]] = database["loads"]
        self._contacts: AsyncIOMotorCollection[dict[str, Any]] = database["changed_contacts"]

    async def add(self, entry: LoadEntry, contacts: Sequence[str] = ()) -> None:
        """Adds a load and the blind indexes of the importers whose contact it changes. Raises `TransientFailure`."""
        with transient_when_away():
            for start in range(0, len(contacts), LISTED):
                listed = list(contacts[start : start + LISTED])
                await self._contacts.insert_one({"_id": uuid4(), "load": entry.id, "importers": listed})
            fields = {name: value for name, value in vars(entry).items() if name != "id"}
            await self._loads.insert_one({"_id": entry.id, **fields, "changes": dict(entry.changes)})

    async def count_changes(self, what: str, since: datetime) -> Counter[str]:
        """How many records such loads have changed since then, by kind of change."""
        changes: Counter[str] = Counter()
        with transient_when_away():
            async for found in self._loads.find({"what": what, "result": LOADED, "at": {"$gte": since}}):
                changes.update(found["changes"])
        return changes

    async def list_latest(self, most: int, *, importer: str | None = None) -> AsyncIterator[LoadEntry]:
        """Loads, latest first; only those that changed this importer's contact, if one is given."""
        with transient_when_away():
            query: dict[str, Any] = {}
            if importer:
                query["_id"] = {"$in": await self._contacts.distinct("load", {"importers": importer})}
            async for found in self._loads.find(query).sort("at", DESCENDING).limit(most):
                yield LoadEntry(id=found["_id"], **pick_known_fields(LoadEntry, found))

    async def list_contacts(self, load: UUID) -> AsyncIterator[str]:
        """The blind indexes of the importers whose contact a load changed."""
        with transient_when_away():
            async for found in self._contacts.find({"load": load}):
                for importer in found["importers"]:
                    yield importer
