"""Counts in memory how busy networks are. A full table forgets nobody who is busy."""

from datetime import datetime, timedelta

SWEPT_EVERY = timedelta(seconds=1)
"""Least time between two looks for networks that are quiet again: a look costs some milliseconds."""


class Buckets:
    """For each key one time: until when the requests so far keep it busy. Each request adds to that."""

    def __init__(self, most: int, longest: timedelta) -> None:
        self._most = most
        self._longest = longest
        self._busy_until: dict[str, datetime] = {}
        self._swept_at: datetime | None = None

    def __len__(self) -> int:
        return len(self._busy_until)

    def measure(self, key: str, now: datetime) -> timedelta:
        """How long a key is still busy."""
        return max(timedelta(), self._busy_until.get(key, now) - now)

    def has_room_for(self, key: str, now: datetime) -> bool:
        """Whether this key can be counted."""
        if key in self._busy_until or len(self) < self._most:
            return True
        self._sweep(now)
        return len(self) < self._most

    def add(self, key: str, span: timedelta, now: datetime) -> None:
        """Keeps a key busy for longer, if there is room for it."""
        if self.has_room_for(key, now):
            self._busy_until[key] = now + min(self.measure(key, now) + span, self._longest)

    def _sweep(self, now: datetime) -> None:
        """Drops the keys that are quiet again."""
        if self._swept_at and timedelta() <= now - self._swept_at < SWEPT_EVERY:
            return
        self._swept_at = now
        self._busy_until = {key: until for key, until in self._busy_until.items() if until > now}
