"""Notices a gateway through which somebody guesses: one half of its starts match no record."""

from collections import Counter, defaultdict
from datetime import datetime

from shared.domain.limits.tally import HOUR, Tally, find_slot

ENOUGH = 200
"""Starts in an hour before a gateway is judged. Each process counts what it takes: a fair sample of all."""


class GatewayWatch:
    """Counts the starts of each gateway's user, and those that failed."""

    def __init__(self) -> None:
        self._starts: defaultdict[str, Counter[int]] = defaultdict(Counter)
        self._failures: defaultdict[str, Counter[int]] = defaultdict(Counter)

    def count_start(self, user: str, now: datetime) -> None:
        """A start came from it."""
        self._count(self._starts[user], now)

    def count_failure(self, user: str, now: datetime) -> None:
        """A start from it matched no record."""
        self._count(self._failures[user], now)

    def is_suspicious(self, user: str, now: datetime) -> bool:
        """Whether more than half of at least `ENOUGH` starts failed within an hour."""
        starts = Tally(self._starts[user]).count(HOUR, now)
        return starts >= ENOUGH and 2 * Tally(self._failures[user]).count(HOUR, now) > starts

    @staticmethod
    def _count(counts: Counter[int], now: datetime) -> None:
        counts[find_slot(now)] += 1
        for slot in Tally(counts).list_stale(now):
            del counts[slot]
