"""The sweep closes applications that are over, and lets old ones forget. Steps check expiry on their own."""

import asyncio
from contextlib import suppress
from datetime import datetime

import structlog

from shared import clock
from shared.contracts.events import CodeWithdrawn
from shared.contracts.state import State
from shared.domain.application import SWEEP, SWEPT_AFTER, Application
from shared.domain.errors import Conflict
from shared.messaging.publishing import Publisher
from shared.observability import metrics
from shared.storage.applications import Applications

log = structlog.get_logger()

BATCH = 500


class Sweep:
    """Closes applications that are over, and lets old ones forget. Several verifiers may sweep concurrently."""

    def __init__(self, applications: Applications, publisher: Publisher) -> None:
        self._applications = applications
        self._publisher = publisher

    async def run(self) -> None:
        """Closes every application that ended two minutes ago; has those that were closed a week ago forget."""
        now = clock.now()
        await self._close_all(now)
        await self._forget_all(now)

    async def _close_all(self, now: datetime) -> None:
        while over := await self._applications.list_ended(now - SWEPT_AFTER, BATCH):
            for application in over:
                await self._close(application, now)
            log.info("swept", applications=len(over))
            if len(over) < BATCH:
                return

    async def _close(self, application: Application, now: datetime) -> None:
        if application.state is State.AWAITING_CODE:  # first: once closed, nobody would do it again
            withdrawn = CodeWithdrawn(application_id=application.id)
            await self._publisher.publish(withdrawn, id=withdrawn.own_id, at=now)
        expired = application.expire(now, SWEEP)
        try:
            await self._applications.save(expired, application)
        except Conflict:  # it just changed: the next sweep looks again
            return
        metrics.SWEPT.labels(application.state).inc()
        metrics.count_change(expired.describe_change(application))

    async def _forget_all(self, now: datetime) -> None:
        while old := await self._applications.list_forgetting(now, BATCH):
            await asyncio.gather(*map(self._forget, old))
            log.info("forgot what messages led to", applications=len(old))
            if len(old) < BATCH:
                return

    async def _forget(self, application: Application) -> None:
        with suppress(Conflict):  # it just changed: the next sweep looks again
            await self._applications.save(application.forget_results(), application)
