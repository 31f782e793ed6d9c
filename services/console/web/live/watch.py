"""Looks at the system again and again, once for all pages that are open."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable

import structlog

from services.console.web.live.snapshot import Snapshot
from shared import clock
from shared.cancellation import is_meant_for_us

log = structlog.get_logger()

OFTEN, SELDOM = 2.0, 10.0
"""Seconds between two looks: while somebody watches, and otherwise, for the history."""

LOOK_WITHIN = 12.0
"""Seconds that a look may take. Whatever is broken, a page says so within 15 s."""

KEEP_WITHIN = 5.0
"""Seconds that keeping a look may take."""

STALE = 30.0
"""Seconds after which the latest look says that nobody looks any more: longer than a pause, a look and keeping it."""


class Watch:
    """The latest look, and whoever waits for the next."""

    def __init__(self, look: Callable[[], Awaitable[Snapshot]], note: Callable[[Snapshot], Awaitable[None]]) -> None:
        """`note` keeps each look, for the history."""
        self._look = look
        self._note = note
        self._latest: Snapshot | None = None
        self._looked_at = time.monotonic()
        self._changed = asyncio.Condition()
        self._watchers: Counter[str] = Counter()
        self._closed = False
        self.watched = asyncio.Event()
        """Set while a page is open."""

    @property
    def latest(self) -> Snapshot | None:
        """The latest look; None before the first."""
        return self._latest

    @property
    def is_looking(self) -> bool:
        """Whether it still looks at the system."""
        return time.monotonic() - self._looked_at < STALE

    @property
    def watchers(self) -> int:
        """How many pages are open."""
        return self._watchers.total()

    def count_pages(self, login: str) -> int:
        """How many pages this login has open."""
        return self._watchers[login]

    async def run(self) -> None:
        """Looks until cancelled, whatever fails."""
        while True:
            snapshot = await self._look_once()
            self._looked_at = time.monotonic()
            async with self._changed:
                self._latest = snapshot
                self._changed.notify_all()
            await self._keep(snapshot)
            await self._pause()

    async def follow(self, login: str) -> AsyncGenerator[Snapshot]:
        """The latest look, then each further one, until `close`."""
        self._watchers[login] += 1
        self.watched.set()
        try:
            shown: Snapshot | None = None
            while not self._closed:
                async with self._changed:
                    if self._latest is shown:
                        await self._changed.wait()
                if self._latest is not None and self._latest is not shown and not self._closed:
                    shown = self._latest
                    yield shown
        finally:
            self._watchers -= Counter([login])  # which drops who has none left
            if not self._watchers:
                self.watched.clear()

    async def close(self) -> None:
        """Ends what follows: the process is to stop."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def _pause(self) -> None:
        if self._watchers:
            await asyncio.sleep(OFTEN)
            return
        try:
            async with asyncio.timeout(SELDOM):
                await self.watched.wait()
        except TimeoutError:
            return

    async def _look_once(self) -> Snapshot:
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                return await self._look()
        except TimeoutError:
            return Snapshot(clock.now(), failure=f"a look took longer than {LOOK_WITHIN:.0f} s")
        except asyncio.CancelledError:
            if is_meant_for_us():
                raise
            return Snapshot(clock.now(), failure="the console could not look: a connection was lost")
        except Exception as error:  # the next look may succeed, and pages say that this one did not
            log.error("a look failed", exc_info=error)
            return Snapshot(clock.now(), failure=f"the console could not look: {type(error).__name__}")

    async def _keep(self, snapshot: Snapshot) -> None:
        try:
            async with asyncio.timeout(KEEP_WITHIN):
                await self._note(snapshot)
        except asyncio.CancelledError:
            if is_meant_for_us():
                raise
        except Exception as error:  # noqa: BLE001  # a database that takes no more must not end the looks
            log.warning("a look was not kept", error=type(error).__name__)
