"""The one place that asks what time it is, and how people are told it. Everything that decides is given the time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")


def now() -> datetime:
    """The time in UTC, to the millisecond."""
    return to_millisecond(datetime.now(UTC))


def to_millisecond(time: datetime) -> datetime:
    """The time in UTC without what the database would cut off, so that a stored time equals itself."""
    return time.astimezone(UTC) - timedelta(microseconds=time.microsecond % 1000)


def time_of_day(time: datetime) -> str:
    """The time in Washington, as pages and letters say it: ``3:41 PM Eastern time``."""
    return time.astimezone(EASTERN).strftime("%I:%M %p Eastern time").lstrip("0")


def day(time: datetime) -> str:
    """The day in Washington, as pages and letters say it: ``November 3, 2026``."""
    local = time.astimezone(EASTERN)
    return f"{local:%B} {local.day}, {local.year}"
