"""Applications: each is a single document. A save writes what changed, if nobody else changed it meanwhile."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING, DESCENDING, IndexModel, InsertOne, UpdateOne
from pymongo.client_session import ClientSession

from shared.contracts.events import ResendRequested
from shared.contracts.message import Message
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.account import Account
from shared.domain.application import Application
from shared.domain.errors import Conflict, TransientFailure
from shared.domain.parking import mark_parked
from shared.storage.accounts import Accounts
from shared.storage.batches import Batches
from shared.storage.bulk import Write, explain_refusal, write_all
from shared.storage.documents import to_application, to_document, to_update
from shared.storage.errors import MARKS, transient_when_away
from shared.storage.overview import match_state

MOST_TRIED = 200
"""Applications of one requester for one importer that are looked at when wrong codes are counted."""

INDEXES = {
    "applications": [
        IndexModel("reference"),
        IndexModel("importer"),
        IndexModel("email"),
        IndexModel([("taken_at", DESCENDING)]),
        IndexModel([("state", ASCENDING), ("taken_at", DESCENDING)]),
        *(
            IndexModel([(name, ASCENDING)], partialFilterExpression={name: {"$type": "date"}})
            for name in ("ends_at", "forgets_at")
        ),
    ]
}
"""For lookups by reference, number and address, for lists, and for the sweep."""


class Applications:
    """The applications."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]], accounts: Accounts) -> None:
        self._collection = collection
        self._accounts = accounts
        self._loads = Batches(self._find_all)
        self._writes = Batches(self._write_all)

    async def load(self, id: UUID) -> Application | None:
        """The stored application. Raises `TransientFailure`."""
        found = await self._loads.ask(id)
        return to_application(found) if found else None

    async def _find_all(self, ids: Sequence[UUID]) -> list[dict[str, Any] | None]:
        with transient_when_away():
            found = await self._collection.find({"_id": {"$in": [*ids]}}).to_list(None)
        by_id = {document["_id"]: document for document in found}
        return [by_id.get(id) for id in ids]

    async def save(
        self, changed: Application, before: Application | None = None, created: Account | None = None
    ) -> Application:
        """Stores the next version and, in the same transaction, the account created with it. Returns it as stored.

        `before` is the application as it was loaded; None if it is new.

        Raises:
            Conflict: another version is stored, or the importer or address is taken.
            TransientFailure: the database is away.

        """
        stored = replace(changed, version=changed.version + 1)
        if before is None:
            await self._writes.ask((stored.id, InsertOne(to_document(stored))))
        elif created is None:
            await self._writes.ask((stored.id, UpdateOne(_is_as(before), to_update(before, stored))))
        else:
            expected, update = _is_as(before), to_update(before, stored)

            def save(session: ClientSession) -> bool:
                return bool(self._collection.delegate.update_one(expected, update, session=session).matched_count)

            await self._accounts.create(created, save)
        return stored

    async def _write_all(self, writes: Sequence[tuple[UUID, Write]]) -> list[Exception | None]:
        """Carries out each write that finds what it expects, and for each application only the first.

        An update that found nothing is not told apart from the others of its round trip: all of them count as
        conflicts then, and whoever was written after all finds its message's result when it loads again.
        """
        firsts: dict[UUID, int] = {}
        for index, (id, _) in enumerate(writes):
            firsts.setdefault(id, index)
        sent = [*firsts.values()]
        done = await write_all(self._collection, [writes[index][1] for index in sent])
        updates = [index for index in sent if isinstance(writes[index][1], UpdateOne)]
        failures: dict[int, Exception] = {index: Conflict() for index in set(range(len(writes))).difference(sent)}
        if done["nMatched"] < len(updates):
            failures |= {index: Conflict() for index in updates}
        for refused in done["writeErrors"]:
            failures[sent[refused["index"]]] = explain_refusal(refused)
        return [failures.get(index) for index in range(len(writes))]

    async def mark(self, message: Message, message_id: UUID | None, *, sender: str, reason: str, now: datetime) -> None:
        """Marks on its application that a message is parked. Raises `TransientFailure`."""
        for _ in range(MARKS):
            application = await self.load(message.application_id)
            marked = mark_parked(application, message, message_id, sender=sender, reason=reason, now=now)
            if marked is None:
                return
            with suppress(Conflict):
                await self.save(marked, application)
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
        return await self._list_due("ends_at", ended_before, most)

    async def list_forgetting(self, now: datetime, most: int) -> list[Application]:
        """Applications that may forget what their messages led to, oldest first."""
        return await self._list_due("forgets_at", now, most)

    async def _list_due(self, field: str, now: datetime, most: int) -> list[Application]:
        with transient_when_away():
            cursor = self._collection.find({field: {"$lte": now, "$type": "date"}}).sort(field).limit(most)
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

    async def was_delayed(self, importer: str, email: str, since: datetime) -> bool:
        """Whether this requester entered a code in time for this importer, and we took it up too late."""
        query = {"importer": importer, "email": email, "problem": Problem.DELAYED.value, "taken_at": {"$gt": since}}
        with transient_when_away():
            return await self._collection.find_one(query, {"_id": 1}) is not None

    async def count_wrong_codes(self, importer: str, email: str, since: datetime | None = None) -> int:
        """Wrong codes in a row for this importer and requester, over all applications begun since a time."""
        fields = {"code.tries": 1, "verified_at": 1}
        wrong = 0
        with transient_when_away():
            query = {"importer": importer, "email": email, **({"taken_at": {"$gt": since}} if since else {})}
            cursor = self._collection.find(query, fields).sort("taken_at", DESCENDING)
            async for found in cursor.limit(MOST_TRIED):
                if found["verified_at"]:
                    break
                wrong += (found.get("code") or {}).get("tries", 0)
        return wrong

    async def list_latest(
        self, most: int, now: datetime, state: State | None = None, since: datetime | None = None
    ) -> AsyncIterator[Application]:
        """Applications begun since this time that are in this state now, latest first."""
        query: dict[str, Any] = match_state(state, now) if state else {}
        if since:
            query["taken_at"] = {"$gte": since}
        with transient_when_away():
            async for found in self._collection.find(query).sort("taken_at", DESCENDING).limit(most):
                yield to_application(found)

    async def list_unfinished(self, since: datetime, needing_attention: Iterable[UUID]) -> AsyncIterator[Application]:
        """Applications begun since this time that may be stuck, oldest first.

        Includes those that are unfinished, have a dead letter, were rejected with all details in, had an email sent
        again, or need attention.
        """
        waiting = [State.REQUESTED.value, State.AWAITING_CODE.value, State.SUBMITTED.value, State.PROVISIONED.value]
        query = {
            "taken_at": {"$gte": since},
            "$or": [
                {"state": {"$in": waiting}},
                {"state": State.REJECTED.value, "details": {"$ne": None}},
                {"parked": {"$nin": [{}, None]}},
                {"history.cause": {"$regex": f"^{ResendRequested.name()} "}},
                {"_id": {"$in": list(needing_attention)}},
            ],
        }
        with transient_when_away():
            async for found in self._collection.find(query).sort("taken_at", ASCENDING):
                yield to_application(found)


def _is_as(before: Application) -> dict[str, Any]:
    """The document of an application that nobody has changed since."""
    return {"_id": before.id, "version": before.version}
