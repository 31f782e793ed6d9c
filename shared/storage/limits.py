"""What limits count, for all processes together: failures in slots of time, code emails one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any
from uuid import UUID

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import IndexModel, UpdateOne
from pymongo.errors import OperationFailure

from shared.domain.limits.code_emails import MOST, CodeSent, Places
from shared.domain.limits.keys import name_codes, name_lifted
from shared.domain.limits.tally import DAY, Tally, find_slot
from shared.storage.batches import Batches
from shared.storage.bulk import DUPLICATE_KEY, write_all
from shared.storage.errors import transient_when_away

INDEXES = {"limits": [IndexModel("until", expireAfterSeconds=0)]}
"""Deletes a key once nothing in it counts any more."""

CODES_KEPT = timedelta(days=90)
"""How long an importer's code emails are remembered: whoever had one before is asked for wrong codes."""

LIFTED_KEPT = timedelta(days=365)
"""How long an operator's mark is kept."""


@dataclass(frozen=True)
class Counted:
    """What was counted under some keys."""

    tallies: Mapping[str, Tally] = field(default_factory=dict)
    codes: Mapping[str, tuple[CodeSent, ...]] = field(default_factory=dict)
    lifted_at: datetime | None = None
    """When an operator last lifted the limits of the importer."""


@dataclass(frozen=True)
class Change:
    """What to change in the document that a filter finds."""

    filter: dict[str, Any]
    update: dict[str, Any] | list[dict[str, Any]]
    creates: bool = True
    """Whether to create the document if there is none."""

    def write(self) -> UpdateOne:
        """The driver's write."""
        return UpdateOne(self.filter, self.update, upsert=self.creates)


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

    async def count_networks(self, now: datetime) -> dict[str, int]:
        """How many of the last day's code emails were asked for from each wide network; "": without a tag."""
        begin, since = name_codes(""), now - DAY
        pipeline: list[dict[str, Any]] = [
            {"$match": {"until": {"$gt": since + CODES_KEPT}, "_id": {"$gte": begin, "$lt": f"{begin}\uffff"}}},
            {"$unwind": "$codes"},
            {"$match": {"codes.at": {"$gt": since}}},
            {"$sortByCount": {"$ifNull": ["$codes.network", ""]}},
        ]
        with transient_when_away():
            return {found["_id"]: found["count"] async for found in self._collection.aggregate(pipeline)}

    async def lift(self, importer: str, now: datetime) -> None:
        """Marks that wrong codes for an importer count from now on."""
        update = {"$set": {"lifted_at": now, "until": now + LIFTED_KEPT}}
        await self._writes.ask([Change({"_id": name_lifted(importer)}, update)])

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

    async def take_codes(self, codes: Mapping[str, CodeSent], id: UUID, now: datetime) -> dict[str, Places]:
        """Takes a place for a code email under each key, once for each message id.

        All who take a place at the same moment stand in one order, so no two take the last one. Places older than a day
        are dropped.
        """
        await self._writes.ask([Change({"_id": key}, _add_place(id, code, now)) for key, code in codes.items()])
        with transient_when_away():
            found = await self._collection.find({"_id": {"$in": list(codes)}}).to_list(None)
        entries = {document["_id"]: document["codes"] for document in found}
        return {key: _read_places(entries.get(key, []), id) for key in codes}

    async def keep_place(self, keys: Iterable[str], id: UUID, at: datetime) -> None:
        """Keeps the places of a message until its turn."""
        update = {"$set": {"codes.$.at": at, "codes.$.waiting": True}, "$max": {"until": at + CODES_KEPT}}
        await self._writes.ask([Change({"_id": key, "codes.id": id}, update, creates=False) for key in keys])

    async def give_back(self, keys: Iterable[str], id: UUID) -> None:
        """Gives back the places of a message whose code email does not go out."""
        pull = {"$pull": {"codes": {"id": id}}}
        await self._writes.ask([Change({"_id": key}, pull, creates=False) for key in keys])

    async def _write(self, questions: Sequence[list[Change]]) -> Sequence[None]:
        """Writes all. A duplicate key: another process just created it, so it exists at the second try."""
        changes = [change for question in questions for change in question]
        while changes:
            refused = (await write_all(self._collection, [change.write() for change in changes]))["writeErrors"]
            if any(each["code"] != DUPLICATE_KEY for each in refused):
                raise OperationFailure("limits cannot be written", refused[0]["code"])
            changes = [changes[each["index"]] for each in refused]
        return [None] * len(questions)


def read_documents(documents: Iterable[Mapping[str, Any]]) -> Counted:
    """What these documents hold, by key."""
    tallies, codes, lifted_at = {}, {}, None
    for document in documents:
        key = document["_id"]
        if "counts" in document:
            tallies[key] = Tally({int(slot): count for slot, count in document["counts"].items()})
        if "codes" in document:
            codes[key] = tuple(map(_read_code, document["codes"]))
        lifted_at = document.get("lifted_at", lifted_at)
    return Counted(tallies, codes, lifted_at)


def _add_place(id: UUID, code: CodeSent, now: datetime) -> list[dict[str, Any]]:
    """Adds a place unless this message has one, or all are taken."""
    entry = {"id": id, **{name: value for name, value in vars(code).items() if value}}
    recent = {"$filter": {"input": {"$ifNull": ["$codes", []]}, "cond": {"$gt": ["$$this.at", now - DAY]}}}
    is_full = {"$gte": [{"$size": "$codes"}, MOST]}
    stays = {"$or": [{"$in": [id, "$codes.id"]}, is_full]}
    added = {"$cond": [stays, "$codes", {"$concatArrays": ["$codes", [entry]]}]}
    return [{"$set": {"codes": recent}}, {"$set": {"codes": added, "until": {"$max": ["$until", now + CODES_KEPT]}}}]


def _read_places(entries: Sequence[Mapping[str, Any]], id: UUID) -> Places:
    before = tuple(takewhile(lambda entry: entry["id"] != id, entries))
    own = entries[len(before)] if len(before) < len(entries) else None
    return Places(tuple(map(_read_code, before)), _read_code(own) if own else None)


def _read_code(entry: Mapping[str, Any]) -> CodeSent:
    return CodeSent(
        entry["at"], entry.get("requester", ""), entry.get("network", ""), waiting=entry.get("waiting", False)
    )
