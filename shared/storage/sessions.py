"""The console's sessions. Only a hash of what the browser holds is stored, so that a copy of it opens none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motor.motor_asyncio import AsyncIOMotorCollection
from pymongo import IndexModel

from shared.storage.errors import transient_when_away

COLLECTION = "console_sessions"

INDEXES = {COLLECTION: [IndexModel("login"), IndexModel("ends_at", expireAfterSeconds=0)]}
"""To end those of a login; the database itself deletes what is over."""


@dataclass(frozen=True)
class Session:
    """One browser's session."""

    id: str
    """The hash of what the browser holds."""
    login: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime
    """When it ends unless another request comes before."""
    login_changed_at: datetime
    """The `changed_at` of the login that it was opened with: a login that changed since has other sessions."""


class Sessions:
    """The sessions."""

    def __init__(self, collection: AsyncIOMotorCollection[dict[str, Any]]) -> None:
        self._collection = collection

    async def add(self, session: Session) -> None:
        """Stores a new session. Raises `TransientFailure`."""
        fields = {name: value for name, value in vars(session).items() if name != "id"}
        with transient_when_away():
            await self._collection.insert_one({"_id": session.id, **fields})

    async def find(self, id: str) -> Session | None:
        """The session with this id, over or not. Raises `TransientFailure`."""
        with transient_when_away():
            found = await self._collection.find_one({"_id": id})
        return _to_session(found) if found else None

    async def list_stored(self, ids: Sequence[str]) -> set[str]:
        """Which of these sessions are stored. Raises `TransientFailure`."""
        with transient_when_away():
            return {found["_id"] async for found in self._collection.find({"_id": {"$in": ids}}, {"_id": 1})}

    async def extend(self, session: Session) -> None:
        """Stores when a session was seen and ends. Raises `TransientFailure`."""
        times = {"seen_at": session.seen_at, "ends_at": session.ends_at}
        with transient_when_away():
            await self._collection.update_one({"_id": session.id}, {"$max": times})

    async def end(self, id: str) -> None:
        """Deletes a session. Raises `TransientFailure`."""
        with transient_when_away():
            await self._collection.delete_one({"_id": id})

    async def end_all(self, login: str) -> int:
        """Deletes every session of a login; returns how many. Raises `TransientFailure`."""
        with transient_when_away():
            return (await self._collection.delete_many({"login": login})).deleted_count


def _to_session(found: Mapping[str, Any]) -> Session:
    changed_at = found.get("login_changed_at", found["begun_at"])  # the first sessions had none: they end
    return Session(found["_id"], found["login"], found["begun_at"], found["seen_at"], found["ends_at"], changed_at)
