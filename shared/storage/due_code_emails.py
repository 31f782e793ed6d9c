"""Which code email is due the longest: for a gauge, whatever the mailers and the queues are doing."""

from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State
from shared.storage.emails import VIEW
from shared.storage.errors import transient_when_away

WITHIN_MS = 2_000
"""Milliseconds that the database may look. It may take longer only if tens of thousands have a code."""

OVER = [EmailStatus.SENT.value, EmailStatus.WITHDRAWN.value, EmailStatus.REFUSED.value]
"""Statuses of a code email with which nothing is due any more."""


class DueCodeEmails:
    """Looks at the applications that await a code, and at their emails."""

    def __init__(self, applications: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._applications = applications

    async def find_oldest(self) -> datetime | None:
        """When the requester sent the form whose code email is due the longest. Raises `TransientFailure`.

        The database goes through those who wait for a code or for its entry, oldest first, and ends at the first one
        with an email due: as each intake asks at each scrape, only the answer travels. Decoys have no email.
        """
        waiting = {
            "state": {"$in": [State.REQUESTED.value, State.AWAITING_CODE.value]},
            "importer": {"$ne": None},
        }
        is_over = {"kind": EmailKind.VERIFICATION_CODE.value, "status": {"$in": OVER}}
        pipeline: list[dict[str, Any]] = [
            {"$match": waiting},
            {"$sort": {"taken_at": ASCENDING}},
            {"$project": {"taken_at": 1}},
            {
                "$lookup": {
                    "from": VIEW,
                    "localField": "_id",
                    "foreignField": "_id",
                    "pipeline": [{"$match": is_over}],
                    "as": "over",
                }
            },
            {"$match": {"over": []}},
            {"$limit": 1},
        ]
        with transient_when_away():
            async for found in self._applications.aggregate(pipeline, maxTimeMS=WITHIN_MS):
                return found["taken_at"]  # type: ignore[no-any-return]
        return None
