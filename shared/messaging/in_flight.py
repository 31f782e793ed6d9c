"""The deliveries that a process has taken and not brought to their end."""

import asyncio
import time


class InFlight:
    """Tasks, each of which takes one delivery to its end."""

    def __init__(self) -> None:
        self.tasks: set[asyncio.Task[None]] = set()
        self._ended_at = float("-inf")

    def add(self, task: asyncio.Task[None]) -> None:
        """Adds a task until it ends."""
        self.tasks.add(task)
        task.add_done_callback(self._remove)

    def was_busy(self, within: float) -> bool:
        """Whether there is a task, or one ended within these seconds: then the broker may have sent more."""
        return bool(self.tasks) or time.monotonic() - self._ended_at < within

    def _remove(self, task: asyncio.Task[None]) -> None:
        self.tasks.discard(task)
        self._ended_at = time.monotonic()
