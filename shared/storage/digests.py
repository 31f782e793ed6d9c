"""What waits for a contact's daily digest: one document for each contact and day, which names neither."""

from datetime import datetime
from typing import Any
from uuid import UUID

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError

from shared.contracts.events import DIGEST_TRIED_FOR
from shared.domain.limits.digest import MOST_FOR_IMPORTER, MOST_REQUESTS, Digest, PutOffRequest
from shared.storage.errors import transient_when_away

COLLECTION = "digests"
INDEXES = {COLLECTION: [IndexModel("due_at"), IndexModel("until", expireAfterSeconds=0)]}
"""Finds what is due, and deletes what could not be sent."""


class Digests:
    """Requests whose codes had to wait, until their contact is told of them."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def add(self, digest: Digest, request: PutOffRequest) -> None:
        """Adds a request once, while there are not too many, for its importer and in all. Raises `TransientFailure`."""
        begun = {"since": digest.since, "due_at": digest.due_at, "until": digest.due_at + DIGEST_TRIED_FOR}
        update = [{"$set": {**begun, "requests": _append(request)}}]
        for _ in range(2):  # another process may create it at the same moment
            with transient_when_away():
                try:
                    await self._collection.update_one({"_id": digest.id}, update, upsert=True)
                except DuplicateKeyError:
                    continue
                return

    async def list_due(self, now: datetime) -> list[UUID]:
        """The ids of all digests that are due, the oldest first. Raises `TransientFailure`."""
        with transient_when_away():
            found = await self._collection.find({"due_at": {"$lte": now}}, {"_id": 1}).sort("due_at").to_list(None)
        return [document["_id"] for document in found]

    async def load(self, id: UUID) -> Digest | None:
        """A digest; None if another verifier has sent it meanwhile. Raises `TransientFailure`."""
        with transient_when_away():
            found = await self._collection.find_one({"_id": id})
        return _read_digest(found) if found else None

    async def remove(self, id: UUID) -> None:
        """Forgets a digest whose email is due, or that says nothing. Raises `TransientFailure`."""
        with transient_when_away():
            await self._collection.delete_one({"_id": id})


def _append(request: PutOffRequest) -> dict[str, Any]:
    """An expression: the requests, with this one if it is missing and there is room."""
    listed = {"$ifNull": ["$requests", []]}
    of_importer = {"$filter": {"input": listed, "cond": {"$eq": ["$$this.importer", request.importer]}}}
    has_room = [
        {"$lt": [{"$size": listed}, MOST_REQUESTS]},
        {"$lt": [{"$size": of_importer}, MOST_FOR_IMPORTER]},
        {"$not": {"$in": [request.application, {"$ifNull": ["$requests.application", []]}]}},
    ]
    return {"$cond": [{"$and": has_room}, {"$concatArrays": [listed, [vars(request)]]}, listed]}


def _read_digest(document: dict[str, Any]) -> Digest:
    requests = (PutOffRequest(each["application"], each["importer"]) for each in document["requests"])
    return Digest(document["_id"], document["since"], document["due_at"], tuple(requests))
