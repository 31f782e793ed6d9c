"""Importer records (CBP Form 5106): what they hold is sealed, their id is the number's blind index."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from shared.storage.away import transient_when_away

DUPLICATE_KEY = 11000


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

    async def store(self, records: list[StoredImporter]) -> dict[str, str | None]:
        """Stores records, new ones and known ones; never clears or changes a link.

        Returns those that were refused, by id, with the account that each is linked to: another than it was to have.
        """
        refused = await self._upsert(records)
        if not refused:
            return {}
        links = await self.links(record.id for record in refused)
        overtaken = [record for record in refused if links.get(record.id) in (None, record.top_account)]
        # Another process stored these at the same moment, and one of the two met the other's key: now they are known.
        refused = [record for record in refused if record not in overtaken] + await self._upsert(overtaken)
        return {record.id: links.get(record.id) for record in refused}

    async def _upsert(self, records: list[StoredImporter]) -> list[StoredImporter]:
        """Stores records whose link is the same or new; a linked one that is not found so meets its own key."""
        writes = [
            UpdateOne(
                {"_id": record.id, "top_account": {"$in": [None, record.top_account]}},
                {"$set": {"record": record.record, "active": record.active, "top_account": record.top_account}},
                upsert=True,
            )
            for record in records
        ]
        try:
            with transient_when_away():
                if writes:
                    await self._collection.bulk_write(writes, ordered=False)
        except BulkWriteError as error:
            return [records[number] for number in _duplicates(error)]
        return []

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


def _duplicates(error: BulkWriteError) -> list[int]:
    """Which writes met a key that was there. Raises the error again where that is not all."""
    errors = error.details.get("writeErrors", [])
    if error.details.get("writeConcernErrors") or any(each["code"] != DUPLICATE_KEY for each in errors):
        raise error
    return [each["index"] for each in errors]


def _stored(found: Mapping[str, Any]) -> StoredImporter:
    return StoredImporter(found["_id"], found["record"], found["active"], found["top_account"])
