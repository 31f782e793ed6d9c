"""Applications: each is one document, always replaced as a whole."""

from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from motor.motor_asyncio import AsyncIOMotorClient, AsyncIOMotorClientSession, AsyncIOMotorCollection
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from shared.contracts.events import CodeIssued
from shared.contracts.message import Message
from shared.contracts.state import State
from shared.domain.account import Account
from shared.domain.application import Application
from shared.domain.errors import Conflict, TransientFailure
from shared.domain.parking import mark_parked
from shared.storage.accounts import Accounts
from shared.storage.documents import to_application, to_document
from shared.storage.errors import MARKS, transient_when_away

INDEXES = {
    "applications": [
        IndexModel("reference"),
        IndexModel("importer"),
        IndexModel("email"),
        IndexModel([("taken_at", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("taken_at", DESCENDING)]),
        IndexModel([("ends_at", ASCENDING)], partialFilterExpression={"ends_at": {"$type": "date"}}),
    ]
}
"""For lookups by reference, number and address, for lists, and for the sweep."""


class Applications:
    """The applications."""

    def __init__(
        self,
        client: AsyncIOMotorClient[dict[str, Any]],
        collection: AsyncIOMotorCollection[dict[str, Any]],
        accounts: Accounts,
    ) -> None:
        self._client = client
        self._collection = collection
        self._accounts = accounts

    async def load(self, id: UUID) -> Application | None:
        """The stored application. Raises `TransientFailure`."""
        with transient_when_away():
            found = await self._collection.find_one({"_id": id})
        return to_application(found) if found else None

    async def save(self, changed: Application, created: Account | None = None) -> Application:
        """Stores the next version and, in the same transaction, the account created with it. Returns it as stored.

        Raises:
            Conflict: another version is stored, or the importer or address is taken.
            TransientFailure: the database is away.

        """
        with transient_when_away():
            try:
                if created is None:
                    await self._replace(changed)
                else:
                    await self._save_and_create(changed, created)
            except DuplicateKeyError:
                raise Conflict from None
        return replace(changed, version=changed.version + 1)

    async def _replace(self, application: Application, session: AsyncIOMotorClientSession | None = None) -> None:
        document = to_document(replace(application, version=application.version + 1))
        if application.version == 0:
            await self._collection.insert_one(document, session=session)
            return
        done = await self._collection.replace_one(
            {"_id": application.id, "version": application.version}, document, session=session
        )
        if not done.matched_count:
            raise Conflict

    async def _save_and_create(self, application: Application, account: Account) -> None:
        async def replace_and_create(session: AsyncIOMotorClientSession) -> None:
            await self._replace(application, session)
            if not await self._accounts.create(account, session):
                raise Conflict

        async with await self._client.start_session() as session:
            await session.with_transaction(replace_and_create)

    async def mark(self, message: Message, message_id: UUID, *, sender: str, reason: str, now: datetime) -> None:
        """Marks on its application that a message is parked. Raises `TransientFailure`."""
        for _ in range(MARKS):
            application = await self.load(message.application_id)
            marked = mark_parked(application, message, message_id, sender=sender, reason=reason, now=now)
            if marked is None:
                return
            with suppress(Conflict):
                await self.save(marked)
                return
        raise TransientFailure("others kept changing the application")

    async def unmark(self, application_id: UUID, message_id: UUID) -> None:
        """Removes the mark of a message that was discarded. Raises `TransientFailure`."""
        field = f"parked.{message_id}"
        with transient_when_away():
            await self._collection.update_one(
                {"_id": application_id, field: {"$exists": True}}, {"$unset": {field: ""}, "$inc": {"version": 1}}
            )

    async def list_ended(self, ended_before: datetime, most: int) -> list[Application]:
        """Applications that expired before this time and are still open, oldest first."""
        with transient_when_away():
            cursor = (
                self._collection.find({"ends_at": {"$lte": ended_before, "$type": "date"}}).sort("ends_at").limit(most)
            )
            return [to_application(found) async for found in cursor]

    async def find_by_reference(self, reference: str) -> list[Application]:
        """The applications with this reference: nearly always one."""
        with transient_when_away():
            return [to_application(found) async for found in self._collection.find({"reference": reference})]

    async def find_by_index(self, *, importer: str | None = None, email: str | None = None) -> list[Application]:
        """The applications whose importer or requester has this blind index, latest first."""
        query = {"importer": importer} if importer else {"email": email}
        with transient_when_away():
            return [to_application(found) async for found in self._collection.find(query).sort("taken_at", DESCENDING)]

    async def list_latest(
        self, most: int, state: State | None = None, since: datetime | None = None
    ) -> AsyncIterator[Application]:
        """Applications begun since this time, latest first."""
        query: dict[str, Any] = {"state": state.value} if state else {}
        if since:
            query["taken_at"] = {"$gte": since}
        with transient_when_away():
            async for found in self._collection.find(query).sort("taken_at", DESCENDING).limit(most):
                yield to_application(found)

    async def drop_code(self, id: UUID, message_id: UUID) -> None:
        """Drops the sealed code from a message's result. Raises `TransientFailure`."""
        field = f"handled.{message_id}.follow_ups"
        with transient_when_away():
            await self._collection.update_one(
                {"_id": id, f"{field}.type": CodeIssued.TYPE},
                {"$pull": {field: {"type": CodeIssued.TYPE}}, "$inc": {"version": 1}},
            )

    async def list_unfinished(self, since: datetime, needing_attention: Iterable[UUID]) -> AsyncIterator[Application]:
        """Applications begun since this time that may be stuck, oldest first.

        Includes those that are unfinished, have a dead letter, were rejected with all details in, or need attention.
        """
        waiting = [State.REQUESTED.value, State.AWAITING_CODE.value, State.SUBMITTED.value, State.PROVISIONED.value]
        query = {
            "taken_at": {"$gte": since},
            "$or": [
                {"state": {"$in": waiting}},
                {"state": State.REJECTED.value, "details": {"$ne": None}},
                {"parked": {"$nin": [{}, None]}},
                {"_id": {"$in": list(needing_attention)}},
            ],
        }
        with transient_when_away():
            async for found in self._collection.find(query).sort("taken_at", ASCENDING):
                yield to_application(found)

    async def count_by_state(self, since: datetime) -> dict[str, int]:
        """Counts applications begun since this time by state."""
        pipeline: list[dict[str, Any]] = [{"$match": {"taken_at": {"$gte": since}}}, {"$sortByCount": "$state"}]
        with transient_when_away():
            return {entry["_id"]: entry["count"] async for entry in self._collection.aggregate(pipeline)}
