"""Figures about many applications, counted by the database: no document is opened, and nobody is named."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorDatabase

from shared.clock import EASTERN
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State
from shared.storage import emails
from shared.storage.errors import transient_when_away

WITHIN_MS = 5_000
"""Milliseconds that the database may count."""

DECOY = {"$and": ["$uniform", {"$lte": ["$importer", None]}]}
"""Whether an application is one (`Application.is_decoy`), as an expression: it is nobody's application."""

NO_DECOYS = {"$match": {"is_decoy": False}}

BEYOND = "beyond"

UNSENT_ENDS = (State.EXPIRED.value, State.ABANDONED.value)
"""States in which an email that is not out will never be."""


@dataclass(frozen=True)
class CodeEmails:
    """How fast code emails were handed to the mail server, from the moment at which the person sent the form.

    Those that the mail server refused for good are left out: no wait helps them.
    """

    in_time: int = 0
    late: int = 0
    not_out: int = 0
    """Those of people who have waited for longer than that, and whose email is not out, or has no code yet."""
    never: int = 0
    """Those that were not out before their code was over, or the person gave up."""
    are_latest: bool = False
    """Whether there were more: only the latest were looked at."""

    @property
    def all(self) -> int:
        """All of them."""
        return self.in_time + self.late + self.not_out + self.never


@dataclass(frozen=True)
class Day:
    """The applications begun on one day in Washington."""

    day: str
    """``2026-11-29``."""
    begun: int
    accounts: int
    """How many have an account by now."""
    refused: int


@dataclass(frozen=True)
class Summary:
    """The applications begun since a time, without decoys."""

    days: list[Day]
    """The latest first. Those without any are left out."""
    reached: dict[str, int]
    """How many have been in each state."""
    refusals: dict[str, int]
    """How many were refused, by problem, the most frequent first."""
    durations: list[int]
    """How long it took from the first request to the account: how many within each bound, and last those beyond."""
    decoys: int
    """How many only look accepted: no record matched them, and limits kept that from their requesters."""


class Reports:
    """The figures. All methods raise `TransientFailure`, also if counting takes too long."""

    def __init__(self, database: AsyncIOMotorDatabase[dict[str, Any]]) -> None:
        self._applications = database["applications"]

    async def count_reached(self, since: datetime) -> dict[str, int]:
        """How many of the applications begun since this time have been in each state, without decoys."""
        return {
            line["_id"]: line["count"]
            for line in await self._count(
                {"$match": {"taken_at": {"$gte": since}, "$expr": {"$not": [DECOY]}}},
                {"$project": {"states": {"$setUnion": ["$history.state"]}}},
                {"$unwind": "$states"},
                {"$sortByCount": "$states"},
            )
        }

    async def measure_code_emails(self, since: datetime, now: datetime, within: timedelta, most: int) -> CodeEmails:
        """How many code emails were out within this time: of the latest applications since `since` that are due one.

        Decoys are due none. One that still waits for its code is due it, even while nobody issues codes.
        """
        email = f"$email.emails.{EmailKind.VERIFICATION_CODE}"
        waited = {"$subtract": [{"$ifNull": ["$sent_at", now]}, "$taken_at"]}
        is_late = {"$gt": [waited, within // timedelta(milliseconds=1)]}
        is_out = {"$gt": ["$sent_at", None]}
        is_over = {"$or": [{"$eq": ["$status", EmailStatus.WITHDRAWN.value]}, {"$in": ["$state", UNSENT_ENDS]}]}
        outcomes = {
            "refused": {"$eq": ["$status", EmailStatus.REFUSED.value]},
            "late": {"$and": [is_out, is_late]},
            "in_time": is_out,
            "never": is_over,
            "not_out": is_late,
        }
        found = await self._count(
            {
                "$match": {
                    "taken_at": {"$gte": since},
                    "importer": {"$ne": None},
                    "$or": [{"code": {"$ne": None}}, {"state": {"$in": [State.REQUESTED.value, *UNSENT_ENDS]}}],
                }
            },
            {"$sort": {"taken_at": -1}},
            {"$limit": most},
            {"$project": {"taken_at": 1, "state": 1}},
            {"$lookup": {"from": emails.COLLECTION, "localField": "_id", "foreignField": "_id", "as": "email"}},
            {"$unwind": {"path": "$email", "preserveNullAndEmptyArrays": True}},
            {"$project": {"taken_at": 1, "state": 1, "sent_at": f"{email}.sent_at", "status": f"{email}.status"}},
            {
                "$sortByCount": {
                    "$switch": {
                        "branches": [{"case": case, "then": outcome} for outcome, case in outcomes.items()],
                        "default": "waits",
                    }
                }
            },
        )
        counts = {line["_id"]: line["count"] for line in found}
        told = {outcome: counts.get(outcome, 0) for outcome in ("in_time", "late", "not_out", "never")}
        return CodeEmails(**told, are_latest=sum(counts.values()) >= most)

    async def summarize(self, since: datetime, bounds: Sequence[timedelta]) -> Summary:
        """Everything about the applications begun since this time, in one pass. The bounds of durations ascend."""
        ends = [bound // timedelta(milliseconds=1) for bound in bounds]
        day = {"$dateToString": {"date": "$taken_at", "format": "%Y-%m-%d", "timezone": str(EASTERN)}}
        created = {"$filter": {"input": "$history", "cond": {"$eq": ["$$this.state", State.PROVISIONED.value]}}}
        took = {"$subtract": [{"$first": {"$map": {"input": created, "in": "$$this.at"}}}, "$taken_at"]}
        each_day = {
            "_id": "$day",
            "begun": {"$sum": 1},
            "accounts": {"$sum": {"$cond": ["$account", 1, 0]}},
            "refused": {"$sum": {"$cond": [{"$eq": ["$state", State.REJECTED.value]}, 1, 0]}},
        }
        spans = {"groupBy": "$took", "boundaries": [0, *ends], "default": BEYOND}
        [found] = await self._count(
            {"$match": {"taken_at": {"$gte": since}}},
            {
                "$project": {
                    "is_decoy": DECOY,
                    "state": 1,
                    "problem": 1,
                    "day": day,
                    "account": {"$gt": ["$account", None]},
                    "states": {"$setUnion": ["$history.state"]},
                    "took": {"$max": [took, 0]},
                }
            },
            {
                "$facet": {
                    "decoys": [{"$match": {"is_decoy": True}}, {"$count": "count"}],
                    "days": [NO_DECOYS, {"$group": each_day}, {"$sort": {"_id": -1}}],
                    "reached": [NO_DECOYS, {"$unwind": "$states"}, {"$sortByCount": "$states"}],
                    "refusals": [{"$match": {"state": State.REJECTED.value}}, {"$sortByCount": "$problem"}],
                    "durations": [{"$match": {"account": True}}, {"$bucket": spans}],
                }
            },
        )
        reached, refusals, durations = (
            {line["_id"]: line["count"] for line in found[name]} for name in ("reached", "refusals", "durations")
        )
        return Summary(
            days=[Day(line["_id"], line["begun"], line["accounts"], line["refused"]) for line in found["days"]],
            reached=reached,
            refusals=refusals,
            durations=[durations.get(begin, 0) for begin in (0, *ends[:-1], BEYOND)],
            decoys=sum(line["count"] for line in found["decoys"]),
        )

    async def _count(self, *pipeline: dict[str, Any]) -> list[dict[str, Any]]:
        with transient_when_away():
            return await self._applications.aggregate([*pipeline], maxTimeMS=WITHIN_MS).to_list(None)
