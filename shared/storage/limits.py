"""Rate limits, counted atomically for all processes together."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from shared.domain.limit import Limit, find_next_free
from shared.storage.errors import transient_when_away

INDEXES = {"limits": [IndexModel("until", expireAfterSeconds=0)]}
"""Deletes a key once its last place is outside every window."""


class Limits:
    """Places taken in sliding windows, by key."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def take(self, key: str, id: UUID, limits: Sequence[Limit], now: datetime) -> datetime | None:
        """Takes one place for this id, however often called; if all are taken, returns when one will be free."""
        longest = max(limit.window for limit in limits)
        within = {"$filter": {"input": {"$ifNull": ["$hits", []]}, "cond": {"$gt": ["$$this.at", now - longest]}}}
        free = {"$and": [{"$lt": [_count(now - limit.window), limit.times]} for limit in limits]}
        hits = {
            "$cond": [
                {"$and": [free, {"$not": [{"$in": [id, "$hits.id"]}]}]},
                {"$concatArrays": ["$hits", [{"id": id, "at": now}]]},
                "$hits",
            ]
        }
        update: list[dict[str, Any]] = [{"$set": {"hits": within}}, {"$set": {"hits": hits, "until": now + longest}}]
        with transient_when_away():
            try:
                found = await self._update(key, update)
            except DuplicateKeyError:  # two processes created the key at once
                found = await self._update(key, update)
        if any(hit["id"] == id for hit in found["hits"]):
            return None
        return find_next_free([hit["at"] for hit in found["hits"]], limits, now)

    async def _update(self, key: str, update: list[dict[str, Any]]) -> dict[str, Any]:
        found: dict[str, Any] = await self._collection.find_one_and_update(
            {"_id": key}, update, upsert=True, return_document=ReturnDocument.AFTER
        )
        return found

    async def find_next_free(self, key: str, limits: Sequence[Limit], now: datetime) -> datetime | None:
        """When a place will be free; None if one is free now."""
        with transient_when_away():
            found = await self._collection.find_one({"_id": key})
        return find_next_free([hit["at"] for hit in found["hits"]], limits, now) if found else None


def _count(since: datetime) -> dict[str, Any]:
    return {"$size": {"$filter": {"input": "$hits", "cond": {"$gt": ["$$this.at", since]}}}}
