"""When a wait is longer than people are used to, and longer than they should wait without being told what to do."""

from datetime import datetime, timedelta
from enum import IntEnum

LONGER = timedelta(seconds=10)
LONG = timedelta(minutes=1)


class Lateness(IntEnum):
    """How late something is."""

    USUAL = 0
    LONGER = 1
    LONG = 2


def measure_lateness(since: datetime | None, now: datetime) -> Lateness:
    """How late what began then is by now. What has not begun is not late."""
    if since is None or now - since < LONGER:
        return Lateness.USUAL
    return Lateness.LONGER if now - since < LONG else Lateness.LONG
