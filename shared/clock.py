"""The only place that reads the clock, and how people are told the time. Decisions get the time as an argument."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

EASTERN = ZoneInfo("America/New_York")


def now() -> datetime:
    """The time in UTC, to the millisecond: the database keeps no more, and a stored time must equal its original."""
    time = datetime.now(UTC)
    return time.replace(microsecond=time.microsecond // 1000 * 1000)


def format_time(time: datetime) -> str:
    """The time in Washington and in UTC, as pages and emails say it: ``3:41 PM Eastern time (20:41 UTC)``."""
    here, elsewhere = time.astimezone(EASTERN), time.astimezone(UTC)
    another_day = " the next day" if elsewhere.date() != here.date() else ""
    return here.strftime("%I:%M %p Eastern time").lstrip("0") + elsewhere.strftime(f" (%H:%M UTC{another_day})")


def format_day(time: datetime) -> str:
    """The day in Washington, as pages and emails say it: ``November 3, 2026``."""
    local = time.astimezone(EASTERN)
    return f"{local:%B} {local.day}, {local.year}"
