"""Importer records (CBP Form 5106): what they hold is sealed, their id is the number's blind index."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from shared.storage.errors import transient_when_away

DUPLICATE_KEY = 11000

SCANNED = 10_000
"""Records a batch, where all are gone through."""


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

    async def any(self) -> StoredImporter | None:
        """Some record; nothing where there is none."""
        with transient_when_away():
            found = await self._collection.find_one({})
        return _stored(found) if found else None

    async def find_all(self, ids: Iterable[str]) -> dict[str, StoredImporter]:
        """Those of these records that exist, by blind index."""
        with transient_when_away():
            found = await self._collection.find({"_id": {"$in": list(ids)}}).to_list(None)
        return {document["_id"]: _stored(document) for document in found}

    async def store(self, records: list[StoredImporter]) -> dict[str, str]:
        """Stores records, new ones and known ones; never clears or changes a link.

        Returns those that were refused, by id, with the account that each is linked to: another than it was to have.
        """
        links = await self._links(records)
        new = [record for record in records if record.id not in links]
        refused = {
            record.id: account
            for record in records
            if (account := links.get(record.id)) is not None and account != record.top_account
        }
        known = [record for record in records if record.id in links and record.id not in refused]
        if await self._insert(new) and await self._update(known, links):
            return refused
        # Somebody else stored or linked one of them since they were looked up. Look again: a link stays once it is.
        return refused | await self.store(new + known)

    async def _links(self, records: list[StoredImporter]) -> dict[str, str | None]:
        """The accounts of those that exist."""
        with transient_when_away():
            cursor = self._collection.find({"_id": {"$in": [record.id for record in records]}}, {"top_account": 1})
            return {found["_id"]: found["top_account"] for found in await cursor.to_list(None)}

    async def _insert(self, records: list[StoredImporter]) -> bool:
        """Stores new records; False where one of them was there."""
        documents = [
            {"_id": record.id, "record": record.record, "active": record.active, "top_account": record.top_account}
            for record in records
        ]
        try:
            with transient_when_away():
                if documents:
                    await self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            if {each["code"] for each in error.details["writeErrors"]} != {DUPLICATE_KEY}:
                raise
            return False
        return True

    async def _update(self, records: list[StoredImporter], links: Mapping[str, str | None]) -> bool:
        """Renews known records; False where the link of one of them is no longer this one."""
        writes = [
            UpdateOne(
                {"_id": record.id, "top_account": links[record.id]},
                {"$set": {"record": record.record, "active": record.active, "top_account": record.top_account}},
            )
            for record in records
        ]
        with transient_when_away():
            return not writes or (await self._collection.bulk_write(writes, ordered=False)).matched_count == len(writes)

    async def link(self, id: str, account: str, session: AsyncIOMotorClientSession) -> bool:
        """Links a record that has no account; whether it had none."""
        done = await self._collection.update_one(
            {"_id": id, "top_account": None}, {"$set": {"top_account": account}}, session=session
        )
        return bool(done.matched_count)

    async def count(self) -> int:
        """How many records there are."""
        with transient_when_away():
            return await self._collection.count_documents({})

    async def active(self) -> AsyncIterator[list[str]]:
        """The blind indexes of all active records, in batches."""
        with transient_when_away():
            cursor = self._collection.find({"active": True}, {"_id": 1}, batch_size=SCANNED)
            while found := await cursor.to_list(SCANNED):
                yield [document["_id"] for document in found]

    async def active_among(self, ids: Collection[str]) -> list[str]:
        """Those of these records that are active."""
        with transient_when_away():
            cursor = self._collection.find({"_id": {"$in": list(ids)}, "active": True}, {"_id": 1})
            return [document["_id"] for document in await cursor.to_list(None)]

    async def make_inactive(self, ids: list[str]) -> int:
        """Makes records inactive, and leaves everything else of them; how many were active."""
        with transient_when_away():
            done = await self._collection.update_many(
                {"_id": {"$in": ids}, "active": True}, {"$set": {"active": False}}
            )
        return done.modified_count

    async def is_empty(self) -> bool:
        """Whether there is no record at all."""
        with transient_when_away():
            return await self._collection.find_one({}, {"_id": 1}) is None


def _stored(found: Mapping[str, Any]) -> StoredImporter:
    return StoredImporter(found["_id"], found["record"], found["active"], found["top_account"])
