"""How fast dead letters are replayed or discarded."""

import asyncio
import time

from services.console.output.deadline import wait_on_purpose

TOGETHER = 50
"""Messages that are recorded and sent together."""


USUAL_RATE = 20.0
"""Messages a second of a replay for which nobody named a rate: what has just come back serves people, too."""


class Pace:
    """A limit on messages per second; unlimited if not set."""

    def __init__(self, rate: float | None) -> None:
        self._rate = rate
        self._free_at = 0.0

    @property
    def together(self) -> int:
        """How many to handle together."""
        return TOGETHER if self._rate is None else max(1, min(TOGETHER, int(self._rate / 4)))

    async def wait(self, count: int) -> None:
        """Waits until the next `count` messages are allowed."""
        if self._rate:
            with wait_on_purpose():
                await asyncio.sleep(max(0.0, self._free_at - time.monotonic()))
            self._free_at = time.monotonic() + count / self._rate
