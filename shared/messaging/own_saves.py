"""What this process itself saved last: usually what is still stored when the next message about it comes."""

from datetime import datetime, timedelta
from typing import Generic
from uuid import UUID

from shared.messaging.handler import S

MOST = 1_000
"""How many are kept: fifteen megabytes of applications at most."""

KEPT = timedelta(minutes=10)
"""How long one is kept: until a code is over that nobody entered."""


class OwnSaves(Generic[S]):
    """Keeps what was saved, until somebody decides about it or it is old. It may be out of date: others save, too."""

    def __init__(self) -> None:
        self.is_used = False
        """Whether anybody ever takes what is kept. Until then, nothing is."""
        self._kept: dict[UUID, tuple[datetime, S]] = {}
        """The oldest comes first."""

    def keep(self, id: UUID, saved: S, now: datetime) -> None:
        """Keeps what the store confirmed."""
        if not self.is_used:
            return
        self._kept.pop(id, None)
        self._kept[id] = now, saved
        while len(self._kept) > MOST or next(iter(self._kept.values()))[0] <= now - KEPT:
            del self._kept[next(iter(self._kept))]

    def take(self, id: UUID, now: datetime) -> S | None:
        """What was kept, once: whoever decides about it saves it anew, or finds that it is out of date."""
        kept_at, saved = self._kept.pop(id, (now, None))
        return saved if kept_at > now - KEPT else None
