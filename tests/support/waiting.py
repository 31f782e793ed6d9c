"""Waiting for a condition, with a deadline, instead of for a time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], Awaitable[T]], within: float = 30) -> T:
    """What the condition returns as soon as that is true. Raises TimeoutError after so many seconds."""
    async with asyncio.timeout(within):
        while not (found := await condition()):  # noqa: ASYNC110  # what is waited for is in other processes
            await asyncio.sleep(0.05)
    return found
