"""Which code email is due the longest: for a gauge, whatever the mailers and the queues are doing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State
from shared.storage.emails import EmailStatuses
from shared.storage.errors import transient_when_away

BATCH = 500
"""Applications looked at together. As a rule, fewer people wait for a code or have not entered it yet."""

OVER = frozenset({EmailStatus.SENT, EmailStatus.WITHDRAWN, EmailStatus.REFUSED})
"""Statuses of a code email with which nothing is due any more."""


class DueCodeEmails:
    """Looks at the applications that await a code, and at their emails."""

    def __init__(self, applications: AsyncIOMotorCollection[dict[str, Any]], emails: EmailStatuses) -> None:
        self._applications = applications
        self._emails = emails

    async def find_oldest(self) -> datetime | None:
        """When the requester sent the form whose code email is due the longest. Raises `TransientFailure`."""
        after: datetime | None = None
        while batch := await self._list_waiting(after):
            emails = await self._emails.find_all([id for id, _ in batch])
            for id, taken_at in batch:
                email = emails.get(id, {}).get(EmailKind.VERIFICATION_CODE)
                if email is None or email.status not in OVER:
                    return taken_at
            if len(batch) < BATCH:
                return None
            after = batch[-1][1]
        return None

    async def _list_waiting(self, after: datetime | None) -> list[tuple[UUID, datetime]]:
        """Applications that wait for a code or for its entry, oldest first. No decoys: they have no email."""
        query: dict[str, Any] = {
            "state": {"$in": [State.REQUESTED.value, State.AWAITING_CODE.value]},
            "importer": {"$ne": None},
        }
        if after:
            query["taken_at"] = {"$gt": after}
        with transient_when_away():
            cursor = self._applications.find(query, {"taken_at": 1}).sort("taken_at", ASCENDING).limit(BATCH)
            return [(found["_id"], found["taken_at"]) async for found in cursor]
