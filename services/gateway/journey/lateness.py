"""How late a wait is: longer than usual, or so long that people need to be told what to do."""

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
    """How late something that began at `since` is. What has not begun is not late."""
    if since is None or now - since < LONGER:
        return Lateness.USUAL
    return Lateness.LONGER if now - since < LONG else Lateness.LONG
