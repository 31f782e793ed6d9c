"""Formats values for people."""

from datetime import datetime, timedelta
from typing import Any

UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def format_span(time: timedelta | float | None) -> str:
    """A span of time in the largest unit that is precise enough."""
    if time is None:
        return "-"
    seconds = max(0.0, time.total_seconds() if isinstance(time, timedelta) else time)
    for size, unit in UNITS:
        if seconds >= size:
            return (
                f"{seconds / size:.0f} {unit}" if seconds >= 2 * size or unit == "s" else _refine(seconds, size, unit)
            )
    return "0 s"


def format_short_span(seconds: float) -> str:
    """A span of time in four characters at most, up to 99 days: ``72s``, ``15m``, ``30h``, ``3d``."""
    for limit, size, unit in ((100, 1, "s"), (6_000, 60, "m"), (172_800, 3_600, "h")):
        if seconds < limit:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds / 86_400:.0f}d"


def _refine(seconds: float, size: int, unit: str) -> str:
    """Less than two of a unit, with the next smaller one: ``1 h 20 min``."""
    finer = {86_400: (3_600, "h"), 3_600: (60, "min"), 60: (1, "s")}[size]
    rest = int(seconds - size) // finer[0]
    return f"1 {unit} {rest} {finer[1]}" if rest else f"1 {unit}"


def format_age(at: datetime | None, now: datetime) -> str:
    """How long ago a time was."""
    return f"{format_span(now - at)} ago" if at else "unknown"


def format_time(at: datetime | None) -> str:
    """A time in UTC to the second."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "-"


def format_value(value: Any) -> str | None:
    """A value of any kind; None stays None."""
    if isinstance(value, datetime):
        return format_time(value)
    return None if value is None else str(value)
