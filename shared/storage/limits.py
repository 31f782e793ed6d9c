"""What limits count, for all processes together: failures in slots of time, code emails one by one."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import IndexModel, UpdateOne
from pymongo.errors import BulkWriteError

from shared.domain.limits.code_emails import KEPT, CodeSent
from shared.domain.limits.tally import DAY, Tally, find_slot
from shared.storage.batches import Batches
from shared.storage.errors import transient_when_away

INDEXES = {"limits": [IndexModel("until", expireAfterSeconds=0)]}
"""Deletes a key once nothing in it counts any more."""

CODES_KEPT = timedelta(days=90)
"""How long an importer's code emails are remembered: whoever had one before is asked for wrong codes."""

DUPLICATE_KEY = 11000


@dataclass(frozen=True)
class Counted:
    """What was counted under some keys."""

    tallies: Mapping[str, Tally] = field(default_factory=dict)
    codes: Mapping[str, tuple[CodeSent, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """What to change in the document that a filter finds."""

    filter: dict[str, Any]
    update: dict[str, Any]

    def write(self, *, upsert: bool) -> UpdateOne:
        """The driver's write."""
        return UpdateOne(self.filter, self.update, upsert=upsert)


class Limits:
    """Counts by key. Writes of the same moment share a round trip."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection
        self._writes: Batches[list[Change], None] = Batches(self._write)

    async def find(self, keys: Iterable[str]) -> Counted:
        """What was counted under these keys."""
        with transient_when_away():
            found = await self._collection.find({"_id": {"$in": list(keys)}}).to_list(None)
        return read_documents(found)

    async def list_all(self, keys: Iterable[str], beginnings: Iterable[str]) -> Counted:
        """What was counted under these keys, and under those that begin so."""
        begin = [{"_id": {"$gte": beginning, "$lt": f"{beginning}\uffff"}} for beginning in beginnings]
        with transient_when_away():
            query = {"$or": [{"_id": {"$in": list(keys)}}, *begin]}
            return read_documents(await self._collection.find(query).to_list(None))

    async def forget(self, keys: Iterable[str]) -> int:
        """Forgets what was counted under these keys. Returns how many there were."""
        with transient_when_away():
            deleted = await self._collection.delete_many({"_id": {"$in": list(keys)}})
        return deleted.deleted_count

    async def count(self, keys: Iterable[str], counted: Counted, now: datetime) -> None:
        """Counts a failure under each key. `counted` is what was found before: what is stale in it is dropped."""
        changes = []
        for key in keys:
            update: dict[str, Any] = {"$inc": {f"counts.{find_slot(now)}": 1}, "$max": {"until": now + DAY}}
            if stale := counted.tallies.get(key, Tally()).list_stale(now):
                update["$unset"] = {f"counts.{slot}": "" for slot in stale}
            changes.append(Change({"_id": key}, update))
        await self._writes.ask(changes)

    async def take_codes(self, codes: Mapping[str, CodeSent], id: UUID) -> dict[str, tuple[CodeSent, ...]]:
        """Takes a place for a code email under each key, once for each message id. Returns what took places before.

        All who take a place at the same moment stand in one order, so no two take the last one.
        """
        changes = []
        for key, code in codes.items():
            entry = {"id": id, **{name: value for name, value in vars(code).items() if value}}
            push = {"codes": {"$each": [entry], "$slice": -KEPT}}
            update = {"$push": push, "$max": {"until": code.at + CODES_KEPT}}
            changes.append(Change({"_id": key, "codes.id": {"$ne": id}}, update))
        await self._writes.ask(changes)
        with transient_when_away():
            found = await self._collection.find({"_id": {"$in": list(codes)}}).to_list(None)
        return {document["_id"]: _read_codes(_list_before(document["codes"], id)) for document in found}

    async def give_back(self, keys: Iterable[str], id: UUID) -> None:
        """Gives back the places of a message whose code email does not go out."""
        await self._writes.ask([Change({"_id": key}, {"$pull": {"codes": {"id": id}}}) for key in keys])

    async def _write(self, questions: Sequence[list[Change]]) -> Sequence[None]:
        """Writes all. A duplicate key: another process created it at the same moment, or the message was counted."""
        changes = [change for question in questions for change in question]
        with transient_when_away():
            try:
                await self._collection.bulk_write([change.write(upsert=True) for change in changes], ordered=False)
            except BulkWriteError as error:
                refused = error.details["writeErrors"]
                if any(each["code"] != DUPLICATE_KEY for each in refused):
                    raise
                again = [changes[each["index"]].write(upsert=False) for each in refused]
                await self._collection.bulk_write(again, ordered=False)
        return [None] * len(questions)


def read_documents(documents: Iterable[Mapping[str, Any]]) -> Counted:
    """What these documents hold, by key."""
    tallies, codes = {}, {}
    for document in documents:
        key = document["_id"]
        if "counts" in document:
            tallies[key] = Tally({int(slot): count for slot, count in document["counts"].items()})
        if "codes" in document:
            codes[key] = _read_codes(document["codes"])
    return Counted(tallies, codes)


def _read_codes(entries: Iterable[Mapping[str, Any]]) -> tuple[CodeSent, ...]:
    return tuple(CodeSent(entry["at"], entry.get("requester", ""), entry.get("network", "")) for entry in entries)


def _list_before(entries: Iterable[Mapping[str, Any]], id: UUID) -> Iterator[Mapping[str, Any]]:
    return takewhile(lambda entry: entry["id"] != id, entries)
