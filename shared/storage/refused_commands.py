"""Commands that nobody could read, by sender and message id: their senders may ask what became of them."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import IndexModel, ReturnDocument

from shared.storage.errors import transient_when_away

MOST = 1_000
"""Commands of one user that are remembered: the latest."""

KEPT = timedelta(days=1)
"""How long one is remembered."""

COLLECTION = "refused_commands"
INDEXES = {COLLECTION: [IndexModel("command"), IndexModel("until", expireAfterSeconds=0)]}
"""Finds a command, and deletes what is over."""


class RefusedCommands:
    """Keeps as many places for each user as there may be commands, and fills them in turn."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def remember(self, user: str, message_id: UUID, reason: str, now: datetime) -> None:
        """Remembers that a user's command was refused. Raises `TransientFailure`."""
        with transient_when_away():
            counter = await self._collection.find_one_and_update(
                {"_id": user}, {"$inc": {"count": 1}}, upsert=True, return_document=ReturnDocument.AFTER
            )
            refused = {"command": _name(user, message_id), "reason": reason, "until": now + KEPT}
            await self._collection.update_one(
                {"_id": f"{user} {counter['count'] % MOST}"}, {"$set": refused}, upsert=True
            )

    async def find(self, user: str, message_id: UUID) -> str | None:
        """Why a user's command was refused; None if it was not. Raises `TransientFailure`."""
        with transient_when_away():
            found = await self._collection.find_one({"command": _name(user, message_id)}, {"reason": 1})
        return found["reason"] if found else None


def _name(user: str, message_id: UUID) -> str:
    return f"{user} {message_id}"
