"""Runs what takes a processor milliseconds beside the event loop, and takes on no more than it can finish soon."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")

THREADS = 2
"""Hashing leaves the interpreter to others, so that two threads use two processors."""

MOST = 64
"""Calls under way or waiting: at 6 ms each, the last one is done after 200 ms."""


class Overloaded(Exception):
    """Too many calls are waiting."""


class Pool:
    """A few threads with a short queue."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="challenge")
        self._under_way = 0

    async def run(self, call: Callable[P, Result], *args: P.args, **kwargs: P.kwargs) -> Result:
        """The call's result. Raises `Overloaded` at once if too many others wait."""
        if self._under_way >= MOST:
            raise Overloaded
        self._under_way += 1
        work = asyncio.get_running_loop().run_in_executor(self._threads, partial(call, *args, **kwargs))
        work.add_done_callback(self._end)
        return await work

    def close(self) -> None:
        """Ends the threads once they are idle."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _end(self, _work: object) -> None:
        self._under_way -= 1
