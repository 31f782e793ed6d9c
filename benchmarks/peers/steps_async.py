"""The steps, for contestants with an event loop."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from email.message import EmailMessage

from pymongo import AsyncMongoClient, ReturnDocument
from pymongo.errors import DuplicateKeyError
from workload import DATABASE, FOLLOWING, KINDS, NAME, STATES, Message, change, message, new_document, write_email

Send = Callable[[EmailMessage], Awaitable[None]]


class Steps:
    """The database work of each step. Repeating a step after a crash does no harm."""

    def __init__(self, send: Send) -> None:
        """Sends emails by `send`."""
        self._client: AsyncMongoClient = AsyncMongoClient(DATABASE, w="majority")
        self._database = self._client[NAME]
        self._send = send

    async def take(self, step: str, id: str, detail: str) -> list[Message]:
        """Does a step; returns the messages that follow."""
        if step == "hop":
            return await self._hop(id, int(detail))
        if step == "start":
            await self._start(id)
        elif step == "code":
            await self._email(id, "code")
        elif step == "create":
            await self._create(id)
            return [message("email", id, kind) for kind in KINDS]
        elif step == "email":
            return [message("complete", id)] if await self._email(id, detail) else []
        else:
            await self._database.applications.find_one({"_id": id})
            await self._database.applications.update_one({"_id": id}, change(STATES[step]))
        return [message(following, id) for following in FOLLOWING[step]]

    async def _hop(self, id: str, left: int) -> list[Message]:
        with suppress(DuplicateKeyError):
            await self._database.hops.insert_one(new_document(f"{id}-{left}"))
        return [message("hop", id, str(left - 1))] if left else []

    async def _start(self, id: str) -> None:
        for name in ("importers", "portal_users", "accounts"):
            await self._database[name].find_one({"_id": id})
        await self._database.limits.find_one_and_update({"_id": id}, {"$inc": {"hits": 1}}, upsert=True)
        with suppress(DuplicateKeyError):
            await self._database.applications.insert_one(new_document(id))

    async def _email(self, id: str, kind: str) -> bool:
        emails = self._database.emails
        await emails.update_one({"_id": id}, {"$set": {kind: "sending"}}, upsert=True)
        await self._send(write_email(id, kind))
        after = await emails.find_one_and_update(
            {"_id": id}, {"$set": {kind: "sent"}}, return_document=ReturnDocument.AFTER
        )
        return all(after.get(each) == "sent" for each in KINDS)

    async def _create(self, id: str) -> None:
        async def save(session) -> None:
            await self._database.applications.update_one({"_id": id}, change("provisioned"), session=session)
            await self._database.accounts.insert_one({"_id": id, "name": "Acme"}, session=session)

        await self._database.applications.find_one({"_id": id})
        async with self._client.start_session() as session:
            with suppress(DuplicateKeyError):
                await session.with_transaction(save)
