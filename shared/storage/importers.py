"""Importer records (CBP Form 5106): sealed, with the number's blind index as their id."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import UpdateOne
from pymongo.client_session import ClientSession
from pymongo.errors import BulkWriteError

from shared.storage.bulk import DUPLICATE_KEY
from shared.storage.errors import transient_when_away

SCANNED = 10_000
"""Records per batch when reading all of them."""


@dataclass(frozen=True)
class StoredImporter:
    """A stored importer record."""

    id: str
    """Blind index of the importer record number."""
    record: str
    """Sealed ImporterRecord, in the context ``importers/record/<id>``."""
    active: bool
    top_account: str | None
    """Number of its linked account."""
    contact_changed_at: datetime | None = None
    """When a load last changed the point of contact's email address; None if none did. Storing None keeps it."""


WITHIN_MS = 5_000
"""Milliseconds that the database may look whether there is a record: health asks every other second."""


class Importers:
    """The importer records."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def find(self, id: str) -> StoredImporter | None:
        """The record with this blind index."""
        with transient_when_away():
            found = await self._collection.find_one({"_id": id})
        return _to_importer(found) if found else None

    async def find_any(self) -> StoredImporter | None:
        """Some record, or None if there is none."""
        with transient_when_away():
            found = await self._collection.find_one({}, max_time_ms=WITHIN_MS)
        return _to_importer(found) if found else None

    async def find_all(self, ids: Iterable[str]) -> dict[str, StoredImporter]:
        """Whichever of these records exist, by blind index."""
        with transient_when_away():
            found = await self._collection.find({"_id": {"$in": list(ids)}}).to_list(None)
        return {document["_id"]: _to_importer(document) for document in found}

    async def store(self, records: list[StoredImporter]) -> dict[str, str]:
        """Stores new records and updates existing ones; never clears or changes a link.

        Returns refused records by id, each with the account that it is linked to.
        """
        links = await self.find_links(records)
        new = [record for record in records if record.id not in links]
        refused = {
            record.id: account
            for record in records
            if (account := links.get(record.id)) is not None and account != record.top_account
        }
        known = [record for record in records if record.id in links and record.id not in refused]
        if await self._insert(new) and await self._update(known, links):
            return refused
        # Another process has just stored or linked one of them. Try again: links are permanent.
        return refused | await self.store(new + known)

    async def find_links(self, records: list[StoredImporter]) -> dict[str, str | None]:
        """The accounts of the records that exist."""
        with transient_when_away():
            cursor = self._collection.find({"_id": {"$in": [record.id for record in records]}}, {"top_account": 1})
            return {found["_id"]: found["top_account"] for found in await cursor.to_list(None)}

    async def _insert(self, records: list[StoredImporter]) -> bool:
        """Stores new records; False if one of them already exists."""
        documents = [{"_id": record.id, **_list_fields(record)} for record in records]
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
        """Updates existing records; False if the link of one of them has changed."""
        writes = [
            UpdateOne({"_id": record.id, "top_account": links[record.id]}, {"$set": _list_fields(record)})
            for record in records
        ]
        with transient_when_away():
            return not writes or (await self._collection.bulk_write(writes, ordered=False)).matched_count == len(writes)

    def link(self, id: str, account: str, session: ClientSession) -> bool:
        """Links a record that has no account; False if it has one. In a thread, within a transaction."""
        done = self._collection.delegate.update_one(
            {"_id": id, "top_account": None}, {"$set": {"top_account": account}}, session=session
        )
        return bool(done.matched_count)

    async def count(self) -> int:
        """How many records there are."""
        with transient_when_away():
            return await self._collection.count_documents({})

    async def list_active(self) -> AsyncIterator[list[str]]:
        """The blind indexes of all active records, in batches."""
        with transient_when_away():
            cursor = self._collection.find({"active": True}, {"_id": 1}, batch_size=SCANNED)
            while found := await cursor.to_list(SCANNED):
                yield [document["_id"] for document in found]

    async def find_active(self, ids: Collection[str]) -> list[str]:
        """Whichever of these records are active."""
        with transient_when_away():
            cursor = self._collection.find({"_id": {"$in": list(ids)}, "active": True}, {"_id": 1})
            return [document["_id"] for document in await cursor.to_list(None)]

    async def make_inactive(self, ids: list[str]) -> int:
        """Makes records inactive and changes nothing else; returns how many were active."""
        with transient_when_away():
            done = await self._collection.update_many(
                {"_id": {"$in": ids}, "active": True}, {"$set": {"active": False}}
            )
        return done.modified_count


def _list_fields(record: StoredImporter) -> dict[str, Any]:
    """The fields to store. One write, so that no code goes to a new address that does not look new."""
    changed = {"contact_changed_at": record.contact_changed_at} if record.contact_changed_at else {}
    return {"record": record.record, "active": record.active, "top_account": record.top_account, **changed}


def _to_importer(found: Mapping[str, Any]) -> StoredImporter:
    return StoredImporter(
        found["_id"], found["record"], found["active"], found["top_account"], found.get("contact_changed_at")
    )
