"""When a person entered something, to judge whether it was in time."""

from datetime import datetime, timedelta

COUNTS_BACK = timedelta(seconds=60)
"""How long before its arrival a command may have been entered, if its gateway says so: a gateway that lost the broker
for a moment is believed. One that lies gains no more than this."""


def clamp_entry_time(taken_at: datetime, arrived_at: datetime, earliest: datetime | None = None) -> datetime:
    """When a command was entered: the gateway's time, limited to the minute before the command arrived.

    Args:
        taken_at: when the gateway took it, according to the gateway.
        arrived_at: when it reached the broker, according to the broker; else when a worker took it.
        earliest: the earliest possible moment, such as when its code was issued.

    """
    entered = max(min(taken_at, arrived_at), arrived_at - COUNTS_BACK)
    return max(entered, earliest) if earliest else entered
