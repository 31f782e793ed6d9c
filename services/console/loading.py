"""Bringing a file's rows into the database: in batches, a few on their way at once, each bad row named."""

import asyncio
import os
import stat
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

from services.console.ending import Ending
from services.console.progress import Meter
from services.console.table import BadRow, NoSuchTable

BATCH = 1_000
"""Rows a write."""

IN_FLIGHT = 4
"""Writes on their way at once."""

STANDARD_INPUT = "<stdin>"
"""Python's name for it."""

T = TypeVar("T")
Store = Callable[[list[T]], Awaitable[list[BadRow]]]


@dataclass
class Tally:
    """What became of the rows so far."""

    name: str
    meter: Meter
    rows: int = 0
    loaded: int = 0
    bad: int = 0

    def complain(self, bad: BadRow) -> None:
        """Counts and names a bad row."""
        self.bad += 1
        self.meter.say(f"{self.name}, line {bad.line}: {bad.reason}")


async def load(file: BinaryIO, items: Iterable[T | BadRow], store: Store[T], *, what: str) -> Ending:
    """Stores a file's items; `store` gives back those that it refused.

    Raises:
        Transient: the database went away. What was stored stays; loading the file again is safe.

    """
    name = getattr(file, "name", STANDARD_INPUT)
    name = "standard input" if name == STANDARD_INPUT else name
    with Meter(name, _size(file)) as meter:
        tally = Tally(name, meter)
        try:
            await _pour(file, items, store, tally)
        except NoSuchTable as error:
            meter.say(f"{name}: {error}")
            return Ending.INCOMPLETE
        bad = f", {tally.bad:,} bad rows" if tally.bad else ""
        meter.say(f"{name}: {tally.loaded:,} {what} loaded{bad}, {meter.seconds:.1f} s")
    return Ending.INCOMPLETE if tally.bad else Ending.DONE


async def _pour(file: BinaryIO, items: Iterable[T | BadRow], store: Store[T], tally: Tally) -> None:
    try:
        async with asyncio.TaskGroup() as writes:
            slots = asyncio.Semaphore(IN_FLIGHT)
            for batch in _batches(items, tally):
                writes.create_task(_send(batch, store, slots, tally))
                await asyncio.sleep(0)
                async with slots:  # reads no further before one of them is through
                    tally.meter.reached(tally.rows, file)
    except ExceptionGroup as several:
        raise several.exceptions[0] from None


async def _send(batch: list[T], store: Store[T], slots: asyncio.Semaphore, tally: Tally) -> None:
    async with slots:
        refused = await store(batch)
    tally.loaded += len(batch) - len(refused)
    for bad in refused:
        tally.complain(bad)


def _batches(items: Iterable[T | BadRow], tally: Tally) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        tally.rows += 1
        if isinstance(item, BadRow):
            tally.complain(item)
            continue
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _size(file: BinaryIO) -> int | None:
    """Bytes of a regular file; None for a pipe."""
    try:
        status = os.fstat(file.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
