"""When a person entered something, to judge whether it was in time."""

from datetime import datetime


def clamp_entry_time(taken_at: datetime, earliest: datetime, now: datetime) -> datetime:
    """The gateway's time, limited to the span between the earliest possible moment and now.

    A code entered in its ninth minute counts even if the worker was down for the next ten.
    """
    return max(earliest, min(taken_at, now))
