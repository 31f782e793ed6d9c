"""Importer records (CBP Form 5106): what they hold is sealed, their id is the number's blind index."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo import UpdateOne

from shared.storage.away import transient_when_away


@dataclass(frozen=True)
class StoredImporter:
    """An importer record as it is stored."""

    id: str
    """Blind index of the importer record number."""
    record: str
    """Sealed ImporterRecord, in the place ``importers/record/<id>``."""
    active: bool
    top_account: str | None
    """Number of the account that it is linked to."""


class Importers:
    """The importer records."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def find(self, id: str) -> StoredImporter | None:
        """The record with this blind index."""
        with transient_when_away():
            found = await self._collection.find_one({"_id": id})
        return _stored(found) if found else None

    async def links(self, ids: Iterable[str]) -> dict[str, str | None]:
        """The account that each of these records is linked to, as far as they exist."""
        with transient_when_away():
            cursor = self._collection.find({"_id": {"$in": list(ids)}}, {"top_account": 1})
            return {found["_id"]: found["top_account"] async for found in cursor}

    async def store(self, records: list[StoredImporter]) -> None:
        """Stores records, new ones and known ones. Never touches the link of a known one."""
        writes = [
            UpdateOne(
                {"_id": record.id},
                {
                    "$set": {"record": record.record, "active": record.active},
                    "$setOnInsert": {"top_account": record.top_account},
                },
                upsert=True,
            )
            for record in records
        ]
        with transient_when_away():
            if writes:
                await self._collection.bulk_write(writes, ordered=False)

    async def link(self, id: str, account: str, session: AsyncIOMotorClientSession) -> bool:
        """Links a record that has no account; whether it had none."""
        done = await self._collection.update_one(
            {"_id": id, "top_account": None}, {"$set": {"top_account": account}}, session=session
        )
        return bool(done.matched_count)

    async def is_empty(self) -> bool:
        """Whether there is no record at all."""
        with transient_when_away():
            return await self._collection.find_one({}, {"_id": 1}) is None


def _stored(found: Mapping[str, Any]) -> StoredImporter:
    return StoredImporter(found["_id"], found["record"], found["active"], found["top_account"])
