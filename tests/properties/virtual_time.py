"""Time that passes only when the test says so: hours take no time, and timeouts are exact."""

import asyncio
from collections.abc import Callable
from contextvars import Context
from datetime import datetime, timedelta
from typing import TypeVarTuple, Unpack

Ts = TypeVarTuple("Ts")


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop that never waits. Its timeouts and sleeps end when `passes` reaches them."""

    def __init__(self) -> None:
        self._passed = 0.0
        self._calls = 0
        super().__init__()

    def time(self) -> float:
        return self._passed

    def call_soon(
        self, callback: Callable[[Unpack[Ts]], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        self._calls += 1
        return super().call_soon(callback, *args, context=context)

    def rest(self) -> None:
        """Runs everything that can run now."""
        while True:
            before = self._calls
            super().call_soon(self.stop)
            self.run_forever()
            if self._calls == before:
                return

    def passes(self, seconds: float) -> None:
        """Lets time pass."""
        self._passed += seconds
        self.rest()


class VirtualClock:
    """The loop's time as every service reads it."""

    def __init__(self, loop: VirtualLoop, start: datetime) -> None:
        self._loop = loop
        self._start = start

    def __call__(self) -> datetime:
        return self._start + timedelta(milliseconds=round(self._loop.time() * 1000))
