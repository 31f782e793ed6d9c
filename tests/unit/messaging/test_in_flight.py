"""A process that has just finished its last delivery counts as busy: the broker may have sent the next ones."""

import asyncio
from collections.abc import Awaitable

from shared.messaging.in_flight import InFlight


async def begin(in_flight: InFlight, work: Awaitable[object]) -> asyncio.Task[None]:
    async def take() -> None:
        await work

    task = asyncio.create_task(take())
    in_flight.add(task)
    return task


async def test_it_is_busy_while_there_is_work_and_a_moment_after() -> None:
    in_flight, done = InFlight(), asyncio.Event()
    assert not in_flight.was_busy(60)
    task = await begin(in_flight, done.wait())
    assert in_flight.was_busy(0)
    done.set()
    await task
    await asyncio.sleep(0)  # its callback runs
    assert in_flight.tasks == set()
    assert in_flight.was_busy(60)
    assert not in_flight.was_busy(0)
