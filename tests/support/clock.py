"""The time, as a test says it."""

from datetime import datetime, timedelta


class Clock:
    """A clock that moves when told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **span: float) -> datetime:
        """Lets time pass; returns the new time."""
        self.at += timedelta(**span)
        return self.at
