"""How often something may happen: intake's limits per importer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Limit:
    """A number of times within a sliding window."""

    times: int
    window: timedelta


CODES = (Limit(3, timedelta(hours=1)), Limit(5, timedelta(days=1)))
"""Codes issued for an importer."""

FAILED_MATCHES = (Limit(20, timedelta(hours=1)),)
"""Company names that did not match an importer record number."""


def find_next_free(hits: Sequence[datetime], limits: Sequence[Limit], now: datetime) -> datetime | None:
    """When the next one is allowed; None if it is allowed now."""
    waits = []
    for limit in limits:
        within = sorted(hit for hit in hits if hit > now - limit.window)
        if len(within) >= limit.times:
            waits.append(within[-limit.times] + limit.window)
    return max(waits, default=None)
