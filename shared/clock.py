"""The one place that asks what time it is. Everything that decides is given the time instead."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")


def now() -> datetime:
    """The time in UTC, to the millisecond."""
    return to_millisecond(datetime.now(UTC))


def to_millisecond(time: datetime) -> datetime:
    """The time in UTC without what the database would cut off, so that a stored time equals itself."""
    return time.astimezone(UTC) - timedelta(microseconds=time.microsecond % 1000)
