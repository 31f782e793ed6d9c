"""Passes items on in batches, a few at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TypeVar

BATCH = 1_000
"""Rows per write."""

IN_FLIGHT = 4
"""Concurrent writes."""

T = TypeVar("T")


async def pour(items: Iterable[T], take: Callable[[list[T]], Awaitable[None]], progress: Callable[[], None]) -> None:
    """Passes items to `take`. Raises its first exception and cancels the other calls."""
    slots = asyncio.Semaphore(IN_FLIGHT)

    async def send(batch: list[T]) -> None:
        async with slots:
            await take(batch)

    try:
        async with asyncio.TaskGroup() as writes:
            for batch in split_into_batches(items):
                writes.create_task(send(batch))
                await asyncio.sleep(0)
                async with slots:  # do not read on until one is done
                    progress()
    except ExceptionGroup as several:
        raise several.exceptions[0] from None


def split_into_batches(items: Iterable[T]) -> Iterator[list[T]]:
    """Lists of `BATCH` items, the last one shorter."""
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
