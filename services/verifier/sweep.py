"""The sweep closes what is over and what nobody came back to. Tidiness only: steps judge expiry for themselves."""

from datetime import datetime

import structlog

from shared import clock
from shared.contracts.state import State
from shared.domain.application import RETRIED_FOR, Application
from shared.domain.errors import Conflict
from shared.observability import metrics
from shared.storage.applications import Applications

log = structlog.get_logger()

BATCH = 500


class Sweep:
    """Lets expire what is over."""

    def __init__(self, applications: Applications) -> None:
        self._applications = applications

    async def run(self) -> None:
        """Closes every application whose end is a day ago. Several verifiers may sweep at once."""
        now = clock.now()
        while over := await self._applications.list_ended(now - RETRIED_FOR, BATCH):
            for application in over:
                await self._close(application, now)
            log.info("swept", applications=len(over))
            if len(over) < BATCH:
                return

    async def _close(self, application: Application, now: datetime) -> None:
        try:
            await self._applications.save(application.move_to(State.EXPIRED, now, "sweep"))
        except Conflict:  # somebody just did something with it: the next sweep looks again
            return
        metrics.SWEPT.labels(application.state).inc()
