"""When something was entered, for judging whether it was in time."""

from datetime import datetime


def entered_at(taken_at: datetime, earliest: datetime, now: datetime) -> datetime:
    """The gateway's time, held between the moment from which it can have been entered and now.

    A code entered in its ninth minute counts although the worker was down for the next ten.
    """
    return max(earliest, min(taken_at, now))
