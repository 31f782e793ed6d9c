"""How long a record whose contact's address changed issues no code: whoever changed it may be the one who applies."""

from datetime import datetime, timedelta


def find_end(changed_at: datetime | None, hold: timedelta, now: datetime) -> datetime | None:
    """From when a code may be sent again; None if it may now. `changed_at`: None if the address never changed."""
    if changed_at is None or now >= changed_at + hold:
        return None
    return changed_at + hold
