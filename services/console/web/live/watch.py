"""Looks at the system again and again, once for all pages that are open."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog

from services.console.web.live.snapshot import Snapshot
from shared import clock

log = structlog.get_logger()

OFTEN, SELDOM = 2.0, 10.0
"""Seconds between two looks: while somebody watches, and otherwise, for the history."""

LOOK_WITHIN = 12.0
"""Seconds that a look may take. Whatever is broken, a page says so within 15 s."""


class Watch:
    """The latest look, and whoever waits for the next."""

    def __init__(self, look: Callable[[], Awaitable[Snapshot]], note: Callable[[Snapshot], Awaitable[None]]) -> None:
        """`note` keeps each look, for the history."""
        self._look = look
        self._note = note
        self._latest: Snapshot | None = None
        self._changed = asyncio.Condition()
        self._watchers = 0
        self._hurry = asyncio.Event()
        self._closed = False

    @property
    def latest(self) -> Snapshot | None:
        """The latest look; None before the first."""
        return self._latest

    @property
    def watchers(self) -> int:
        """How many pages are open."""
        return self._watchers

    async def run(self) -> None:
        """Looks until cancelled."""
        while True:
            snapshot = await self._look_once()
            async with self._changed:
                self._latest = snapshot
                self._changed.notify_all()
            await self._note(snapshot)
            await self._pause()

    async def follow(self) -> AsyncIterator[Snapshot]:
        """The latest look, then each further one, until `close`."""
        self._watchers += 1
        if self._watchers == 1:
            self._hurry.set()
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
            self._watchers -= 1

    async def close(self) -> None:
        """Ends what follows: the process is to stop."""
        async with self._changed:
            self._closed = True
            self._changed.notify_all()

    async def _pause(self) -> None:
        if self._watchers:
            await asyncio.sleep(OFTEN)
            return
        self._hurry.clear()  # whoever came during the look has seen it
        try:
            async with asyncio.timeout(SELDOM):
                await self._hurry.wait()
        except TimeoutError:
            return

    async def _look_once(self) -> Snapshot:
        try:
            async with asyncio.timeout(LOOK_WITHIN):
                return await self._look()
        except TimeoutError:
            return Snapshot(clock.now(), failure=f"a look took longer than {LOOK_WITHIN:.0f} s")
        except Exception as error:  # the next look may succeed, and pages say that this one did not
            log.error("a look failed", exc_info=error)
            return Snapshot(clock.now(), failure=f"the console could not look: {type(error).__name__}")
