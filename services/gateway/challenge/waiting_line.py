"""The way without scripts: to wait. It asks for nothing that a person could get wrong, and a script gains nothing.

The request is kept in the person's own sealed cookie with the time from which it may be sent (`Pending.held_until`), so
any process can send it then. Requests of one network wait one after another, counted by each process for itself.
"""

from datetime import datetime, timedelta

from services.gateway.challenge.memory import Memory

TURN = timedelta(seconds=20)
"""What one request waits: three a minute and network, no faster than people type."""

LONGEST = timedelta(minutes=5)
"""What anybody is asked to wait. Who would have to wait longer is told to come back."""

MOST = 20_000
"""Networks remembered: about 5 MB."""


class WaitingLine:
    """Gives out turns, one at a time for each network."""

    def __init__(self) -> None:
        self._last: Memory[datetime] = Memory(MOST)

    def turn(self, network: str, now: datetime) -> datetime | None:
        """When a request that comes now may go on; nothing where the line is too long."""
        turn = (self._last.get(network, now) or now) + TURN
        if turn - now > LONGEST:
            return None
        self._last.put(network, turn, turn, now)
        return turn
