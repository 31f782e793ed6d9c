"""Counts whose messages wait to be tried again: seldom, as they are taken out for it, however many people look."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

from services.console.output.exit_codes import Unavailable
from services.console.queues import reading
from services.console.servers.broker import connect_broker
from shared.settings.groups import BrokerSettings

KEPT = 10.0
"""Seconds after which they are counted anew, once somebody asks."""

COUNTED_WITHIN = 5.0
"""Seconds that counting may take: a page says within 15 s what it knows."""

Waits = Mapping[str, Counter[str]]
"""How many messages of which queue wait, by delay."""


class RetryCounts:
    """The latest count. Whoever asks while it is made waits for the same."""

    def __init__(self, count: Callable[[], Awaitable[Waits | None]]) -> None:
        self._count = count
        self._turn = asyncio.Lock()
        self._latest: Waits | None = None
        self._again_at = 0.0

    async def read(self) -> Waits | None:
        """The messages that wait. None: nobody can tell now."""
        async with self._turn:
            if time.monotonic() >= self._again_at:
                self._latest = None
                self._again_at = time.monotonic() + KEPT
                self._latest = await self._count()
            return self._latest


async def count_retries(settings: BrokerSettings) -> Waits | None:
    """Counts what waits in long delays. None if anything is in a short one, because a person waits for that."""
    with suppress(Unavailable, TimeoutError):
        async with asyncio.timeout(COUNTED_WITHIN), connect_broker(settings) as connection:
            found = await reading.read_from_amqp(connection)
            return await reading.count_waiting(connection, found) if reading.may_count_waiting(found) else None
    return None
