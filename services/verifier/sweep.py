"""The sweep closes what is over and what nobody came back to. Tidiness only: steps judge expiry for themselves."""

from datetime import timedelta

import structlog

from shared import clock
from shared.domain.conflict import Conflict
from shared.domain.state import State
from shared.observability import metrics
from shared.storage.applications import Applications

log = structlog.get_logger()

GRACE = timedelta(hours=1)
"""How long after its end an application is left alone: a command that was taken in time may still be on its way."""

BATCH = 500


class Sweep:
    """Lets expire what is over."""

    def __init__(self, applications: Applications) -> None:
        self._applications = applications

    async def run(self) -> None:
        """Closes every application whose end is an hour ago. Several verifiers may sweep at once."""
        now = clock.now()
        closed = 0
        for application in await self._applications.over(now - GRACE, BATCH):
            try:
                await self._applications.save(application.moved(State.EXPIRED, now, "sweep"))
            except Conflict:  # somebody just did something with it: the next sweep looks again
                continue
            metrics.SWEPT.labels(application.state).inc()
            closed += 1
        if closed:
            log.info("swept", closed=closed)
