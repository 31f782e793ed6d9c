"""Whether the broker takes messages, and stamps them: tried with one that leads to no queue and comes back."""

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass

from services.console.servers.broker_link import BrokerLink
from shared.messaging import topology
from shared.messaging.amqp import BROKER_AWAY
from shared.messaging.stamp_proof import CannotProve, overwrites_stamps
from shared.settings.groups import BrokerSettings

WITHIN = 3.0
"""Seconds that the message may be on its way."""

PAUSE = 10.0
"""Seconds between two trials."""


@dataclass(frozen=True)
class Result:
    """What came of a trial. None: not known."""

    takes_messages: bool | None = None
    stamps: bool | None = None


class Trial:
    """Tries the broker now and then, on a connection of its own: an alarm blocks the one that publishes.

    A trial that has no answer goes on; until it ends, no other begins.
    """

    def __init__(self, settings: BrokerSettings) -> None:
        self._link = BrokerLink(settings)
        self._trying: asyncio.Task[Result] | None = None
        self._began = 0.0
        self._latest = Result()

    async def read(self) -> Result:
        """The latest result; waits for the first one, but no longer than `WITHIN`."""
        if self._trying is None or (self._trying.done() and time.monotonic() - self._began >= PAUSE):
            self._began = time.monotonic()
            self._trying = asyncio.create_task(self._try())
        if not self._trying.done():
            await asyncio.wait([self._trying], timeout=max(0.0, self._began + WITHIN - time.monotonic()))
        if self._trying.done():
            self._latest = Result() if self._trying.cancelled() else self._trying.result()  # by a lost connection
        elif time.monotonic() - self._began >= WITHIN:
            self._latest = Result(takes_messages=False)
        return self._latest

    async def _try(self) -> Result:
        try:
            stamps = await overwrites_stamps(await self._link.connect(), topology.REPLAY)
        except CannotProve:
            return Result()
        except TimeoutError:
            await self._link.drop()
            return Result(takes_messages=False)
        except BROKER_AWAY:
            await self._link.drop()
            return Result()
        return Result(takes_messages=True, stamps=stamps)

    async def stop(self) -> None:
        """Tries no more."""
        if self._trying:
            self._trying.cancel()
            with suppress(asyncio.CancelledError):
                await self._trying
        await self._link.drop()
