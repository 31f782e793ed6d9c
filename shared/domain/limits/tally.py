"""How often something happened, counted in slots of five minutes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

SLOT = timedelta(minutes=5)

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

KEPT = DAY
"""How long a slot counts: the longest window."""


def find_slot(at: datetime) -> int:
    """The slot of a time."""
    return int(at.timestamp() // SLOT.total_seconds())


@dataclass(frozen=True)
class Tally:
    """Counts by slot. A slot counts from its beginning, so nothing counts for longer than its window."""

    counts: Mapping[int, int] = field(default_factory=dict)

    def count(self, window: timedelta, now: datetime) -> int:
        """How often it happened within the window before now."""
        first = find_slot(now - window)
        return sum(count for slot, count in self.counts.items() if slot > first)

    def find_next_free(self, most: int, window: timedelta, now: datetime) -> datetime:
        """When fewer than `most` will have happened within the window."""
        left = self.count(window, now)
        for slot in sorted(slot for slot in self.counts if slot > find_slot(now - window)):
            if left < most:
                break
            left -= self.counts[slot]
            now = datetime.fromtimestamp(slot * SLOT.total_seconds(), UTC) + window
        return now

    def list_stale(self, now: datetime) -> list[int]:
        """Slots that no window reaches any more."""
        return [slot for slot in self.counts if slot <= find_slot(now - KEPT)]
