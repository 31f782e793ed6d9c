"""Portal users: only the blind index of each email address, and the account it owns."""

from collections.abc import AsyncIterator
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import UpdateOne
from pymongo.client_session import ClientSession

from shared.storage.errors import transient_when_away

SCANNED = 10_000
"""Users per batch when reading all of them."""


class PortalUsers:
    """The trade users of the ACE Portal. The blind index is the id, so an address has at most one user."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def exists(self, email: str) -> bool:
        """Whether a user has the address with this blind index."""
        with transient_when_away():
            return await self._collection.find_one({"_id": email}, {"_id": 1}) is not None

    async def store(self, emails: list[str]) -> None:
        """Adds users by the blind indexes of their addresses; leaves existing ones unchanged."""
        writes = [UpdateOne({"_id": email}, {"$setOnInsert": {"account": None}}, upsert=True) for email in emails]
        with transient_when_away():
            if writes:
                await self._collection.bulk_write(writes, ordered=False)

    def add_owner(self, email: str, account: str, role: str, session: ClientSession) -> None:
        """Adds an account's owner, in a thread, within a transaction.

        Raises the driver's DuplicateKeyError if the address has a user.
        """
        self._collection.delegate.insert_one({"_id": email, "account": account, "role": role}, session=session)

    async def count(self) -> int:
        """How many users there are."""
        with transient_when_away():
            return await self._collection.count_documents({})

    async def find_known(self, emails: list[str]) -> set[str]:
        """Whichever of these addresses have a user."""
        with transient_when_away():
            found = await self._collection.find({"_id": {"$in": emails}}, {"_id": 1}).to_list(None)
        return {document["_id"] for document in found}

    async def list_loaded(self) -> AsyncIterator[list[str]]:
        """The blind indexes of all users, in batches, except owners of accounts created here."""
        with transient_when_away():
            cursor = self._collection.find({"account": None}, {"_id": 1}, batch_size=SCANNED)
            while found := await cursor.to_list(SCANNED):
                yield [document["_id"] for document in found]

    async def remove(self, emails: list[str]) -> int:
        """Removes users, except owners of accounts created here; returns how many."""
        with transient_when_away():
            return (await self._collection.delete_many({"_id": {"$in": emails}, "account": None})).deleted_count
