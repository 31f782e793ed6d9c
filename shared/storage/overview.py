"""How applications and emails stand, counted for operators. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import DESCENDING

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State
from shared.domain.application import RETRIED_FOR
from shared.storage.emails import VIEW
from shared.storage.errors import transient_when_away


@dataclass(frozen=True)
class Waiting:
    """Applications that wait for a worker, not for a person."""

    count: int = 0
    since: datetime | None = None
    """Since when the first of them waits."""


@dataclass(frozen=True)
class Deliveries:
    """How handing emails over went since a time."""

    last_sent_at: datetime | None = None
    code_sent_at: datetime | None = None
    """When the last code email was sent."""
    deferred: int = 0
    """How many the mail server has not taken yet."""
    deferred_codes: int = 0
    """Code emails among them."""
    deferred_at: datetime | None = None
    """When it did not take the latest of them."""
    code_deferred_at: datetime | None = None
    """When it did not take the latest code email among them."""
    reason: str | None = None
    """Why."""
    parked_codes: int = 0
    """Code emails that were given up since the last one was sent, and whose codes are valid: a replay can help. Of
    the latest `COUNTED`."""
    parked_because: str | None = None
    """Why the latest of them was."""


OPEN = (State.REQUESTED, State.AWAITING_CODE, State.VERIFIED)
"""States that end by their time."""

WITHIN_MS = 5_000
"""Milliseconds that the database may look for what is asked every other second: else its threads would fill up."""

HELPS_FOR = timedelta(minutes=10)
"""How long a code email can still help: as long as a code is valid at most."""

COUNTED = 1_000
"""How many of the latest code emails that were given up are counted: each takes a look at its application."""

DUE = "due"
"""What an email counts as whose mailer died: it goes out when its message is delivered again."""


def match_state(state: State, now: datetime) -> dict[str, Any]:
    """The query for applications that are in this state now (`present_state.find_state`)."""
    if state is State.EXPIRED:
        return {"$or": [{"state": state.value}, {"ends_at": {"$lte": now, "$type": "date"}}]}
    return {"state": state.value} | ({"ends_at": {"$gt": now}} if state in OPEN else {})


class Overview:
    """Counts over whole collections. Each method raises `TransientFailure`."""

    def __init__(self, database: Any) -> None:
        self._applications = database["applications"]
        self._emails = database[VIEW]

    async def count_by_state(self, since: datetime, now: datetime) -> dict[str, int]:
        """Applications begun since a time, by their state now."""
        is_over = {"$and": [{"$gt": ["$ends_at", None]}, {"$lte": ["$ends_at", now]}]}
        state = {"$cond": [is_over, State.EXPIRED.value, "$state"]}
        return await self._count(self._applications, {"taken_at": {"$gte": since}}, state)

    async def count_by_status(self, since: datetime, now: datetime) -> dict[str, int]:
        """Emails of applications whose emails changed since a time, by their status now."""
        is_abandoned = {"$and": [{"$eq": ["$status", EmailStatus.SENDING.value]}, {"$lte": ["$leased_until", now]}]}
        status = {"$cond": [is_abandoned, DUE, "$status"]}
        return await self._count(self._emails, {"changed_at": {"$gte": since}}, status)

    @staticmethod
    async def _count(collection: Any, query: dict[str, Any], by: dict[str, Any]) -> dict[str, int]:
        with transient_when_away():
            lines = collection.aggregate([{"$match": query}, {"$sortByCount": by}])
            return {line["_id"]: line["count"] async for line in lines}

    async def count_waiting(self, now: datetime) -> Waiting:
        """Applications of the last day that a worker should have taken further: it takes less than a second."""
        waiting = {
            "taken_at": {"$gte": now - RETRIED_FOR},
            "$or": [
                {"state": State.REQUESTED.value, "request": {"$ne": None}, "ends_at": {"$gt": now}},
                {"state": State.SUBMITTED.value},
            ],
        }
        group = {"_id": None, "count": {"$sum": 1}, "since": {"$min": {"$max": "$history.at"}}}
        with transient_when_away():
            async for found in self._applications.aggregate(
                [{"$match": waiting}, {"$group": group}], maxTimeMS=WITHIN_MS
            ):
                return Waiting(found["count"], found["since"])
        return Waiting()

    async def summarize_deliveries(self, since: datetime, now: datetime) -> Deliveries:
        """How handing over the emails that changed since this time went."""
        is_code = {"$eq": ["$kind", EmailKind.VERIFICATION_CODE.value]}
        group = {
            "_id": {"status": "$status", "is_code": is_code},
            "count": {"$sum": 1},
            "sent_at": {"$max": "$sent_at"},
            "latest": {"$max": {"at": "$at", "reason": "$reason"}},
        }
        with transient_when_away():
            changed = {"$match": {"changed_at": {"$gte": since}}}
            lines = self._emails.aggregate([changed, {"$group": group}], maxTimeMS=WITHIN_MS)
            found = {(line["_id"]["status"], line["_id"]["is_code"]): line async for line in lines}
        deliveries = _sum_up(found)
        if (EmailStatus.PARKED.value, True) not in found:
            return deliveries
        given_up_since = max(filter(None, (deliveries.code_sent_at, now - HELPS_FOR)))
        parked, because = await self._count_parked_codes(given_up_since, now)
        return replace(deliveries, parked_codes=parked, parked_because=because)

    async def _count_parked_codes(self, since: datetime, now: datetime) -> tuple[int, str | None]:
        """How many code emails were given up since then whose codes are still valid, and why the latest was.

        One whose code was over was given up for that, whatever its mailer said before: its dead letter has no code.
        """
        given_up = {
            "changed_at": {"$gt": since},
            "kind": EmailKind.VERIFICATION_CODE.value,
            "status": EmailStatus.PARKED.value,
            "at": {"$gt": since},
        }
        is_valid = {"state": State.AWAITING_CODE.value, "ends_at": {"$gt": now}}
        lookup = {
            "from": "applications",
            "localField": "_id",
            "foreignField": "_id",
            "pipeline": [{"$match": is_valid}, {"$project": {"_id": 1}}],
            "as": "valid",
        }
        latest = {"$max": {"at": "$at", "reason": "$reason"}}
        pipeline: list[dict[str, Any]] = [
            {"$match": given_up},
            {"$sort": {"at": DESCENDING}},
            {"$limit": COUNTED},
            {"$lookup": lookup},
            {"$match": {"valid": {"$ne": []}}},
            {"$group": {"_id": None, "count": {"$sum": 1}, "latest": latest}},
        ]
        with transient_when_away():
            async for line in self._emails.aggregate(pipeline, maxTimeMS=WITHIN_MS):
                return line["count"], line["latest"].get("reason")
        return 0, None


def _sum_up(found: Mapping[tuple[str, bool], dict[str, Any]]) -> Deliveries:
    """What the groups of emails, by status and whether they carry a code, come to; not yet which may be replayed."""
    deferred = [line for (status, _), line in found.items() if status == EmailStatus.DEFERRED.value]
    latest: dict[str, Any] = max((line["latest"] for line in deferred), key=lambda one: one["at"], default={})
    sent_at = max((line["sent_at"] for line in found.values() if line["sent_at"]), default=None)
    code_sent_at = max(
        (line["sent_at"] for (_, is_code), line in found.items() if is_code and line["sent_at"]), default=None
    )
    codes = found.get((EmailStatus.DEFERRED.value, True))
    return Deliveries(
        last_sent_at=sent_at,
        code_sent_at=code_sent_at,
        deferred=sum(line["count"] for line in deferred),
        deferred_codes=codes["count"] if codes else 0,
        deferred_at=latest.get("at"),
        code_deferred_at=codes["latest"]["at"] if codes else None,
        reason=latest.get("reason"),
    )
