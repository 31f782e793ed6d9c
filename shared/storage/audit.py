"""What operators did and whom they looked up: who, when, what and why. Entries never change."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import DESCENDING, IndexModel

from shared.security.redaction import redact
from shared.storage.errors import transient_when_away
from shared.storage.known_fields import pick_known_fields

LOOK_UP = "look-up"
"""The action of an operator who looked somebody up."""

LONGEST_REASON = 500
"""Characters of an operator's reason that are kept."""


@dataclass(frozen=True)
class AuditEntry:
    """One action of an operator."""

    at: datetime
    who: str
    action: str
    """``replay``, ``discard``, ``resend``; or ``not-replayed``, ``not-resent`` if the broker did not confirm one.
    ``look-up``, ``lift``, ``log-in``, ``log-out``, ``add-login`` and the like."""
    queue: str
    message_id: str
    type: str
    application: UUID | None
    cause: str
    """Why it was a dead letter, or which email it is, in our own words."""
    why: str | None
    """Why the operator did it, in their words."""


def make_entry(
    who: str, action: str, what: str, cause: str, at: datetime, *, why: str = "", application: UUID | None = None
) -> AuditEntry:
    """An entry about something else than a message: a login, a limit, somebody who was looked up.

    `cause` names it in our own words, personal data masked; `why` is the operator's reason, masked and cut here.
    """
    return AuditEntry(at, who, action, "", "", what, application, cause, str(redact(why[:LONGEST_REASON])) or None)


INDEXES = {"audit": [IndexModel([("at", DESCENDING)]), IndexModel("message_id"), IndexModel("application")]}
"""For the latest entries, and those about one message or application."""


class Audit:
    """The audit log."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def add(self, entries: Iterable[AuditEntry]) -> None:
        """Adds entries. Raises `TransientFailure`."""
        documents = [{"_id": uuid4(), **vars(entry)} for entry in entries]
        with transient_when_away():
            if documents:
                await self._collection.insert_many(documents)

    async def list_latest(
        self, most: int, *, message_id: str | None = None, application: UUID | None = None
    ) -> AsyncIterator[AuditEntry]:
        """Entries, latest first."""
        query: dict[str, Any] = {"message_id": message_id} if message_id else {}
        if application:
            query["application"] = application
        with transient_when_away():
            async for found in self._collection.find(query, {"_id": 0}).sort("at", DESCENDING).limit(most):
                yield AuditEntry(**pick_known_fields(AuditEntry, found))
