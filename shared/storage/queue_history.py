"""How the queues stood in each minute of the last day: the console's own history, which is bounded by time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import ASCENDING, IndexModel

from shared.storage.errors import transient_when_away
from shared.storage.known_fields import pick_known_fields

COLLECTION = "console_queue_history"

KEPT = timedelta(hours=25)
"""A day, and what the database may be late in deleting. 1,500 documents of about 2 KB."""

INDEXES = {COLLECTION: [IndexModel("at", expireAfterSeconds=int(KEPT.total_seconds()))]}
"""The database deletes what is older."""


@dataclass(frozen=True)
class QueueMinute:
    """A queue in one minute: the highest counts and the last rates that were seen. None: nobody knew."""

    queue: str
    ready: int
    unacked: int | None
    dead: int
    in_per_s: float | None
    out_per_s: float | None


@dataclass(frozen=True)
class Minute:
    """All queues in one minute, which begins at `at`."""

    at: datetime
    queues: tuple[QueueMinute, ...]


class QueueHistory:
    """The minutes. Several consoles may write the same one: the last wins, and all saw the same broker.

    A minute is its document's id: otherwise two consoles could each create one.
    """

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def keep(self, minute: Minute) -> None:
        """Stores a minute. Raises `TransientFailure`."""
        queues = [asdict(queue) for queue in minute.queues]
        with transient_when_away():
            await self._collection.replace_one({"_id": minute.at}, {"at": minute.at, "queues": queues}, upsert=True)

    async def list_since(self, since: datetime) -> Sequence[Minute]:
        """The minutes since this time, oldest first. Raises `TransientFailure`."""
        with transient_when_away():
            cursor = self._collection.find({"at": {"$gte": since}}, {"_id": 0}).sort("at", ASCENDING)
            return [_to_minute(found) async for found in cursor]


def _to_minute(found: Mapping[str, Any]) -> Minute:
    return Minute(found["at"], tuple(QueueMinute(**pick_known_fields(QueueMinute, queue)) for queue in found["queues"]))
