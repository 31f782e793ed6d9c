"""Waits for a condition with a deadline, instead of for a fixed time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], Awaitable[T]], within: float = 30) -> T:
    """Waits until the condition returns something true; returns that. Raises TimeoutError after this many seconds."""
    async with asyncio.timeout(within):
        while not (found := await condition()):  # noqa: ASYNC110  # the condition depends on other processes
            await asyncio.sleep(0.05)
    return found
