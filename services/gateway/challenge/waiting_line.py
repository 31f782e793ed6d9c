"""The way without scripts: waiting. A person can get nothing wrong, and a script gains nothing.

The person's own sealed cookie keeps the request and the time from which it may be sent (`Pending.held_until`), so any
process can send it. Requests from one network wait in line; each process keeps its own lines.
"""

from datetime import datetime, timedelta

from services.gateway.challenge.memory import Memory

TURN = timedelta(seconds=20)
"""How long one request waits: three a minute for each network, no faster than people type."""

LONGEST = timedelta(minutes=5)
"""The longest wait. Anyone who would wait longer is told to come back."""

MOST = 20_000
"""Networks remembered: about 5 MB."""


class WaitingLine:
    """Gives out turns, one at a time for each network."""

    def __init__(self) -> None:
        self._last: Memory[datetime] = Memory(MOST)

    def turn(self, network: str, now: datetime) -> datetime | None:
        """When a request that comes now may be sent; `None` if the line is too long."""
        turn = (self._last.get(network, now) or now) + TURN
        if turn - now > LONGEST:
            return None
        self._last.put(network, turn, turn, now)
        return turn
