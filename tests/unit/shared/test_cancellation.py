"""A lost connection cancels whatever awaits it, which is not a cancellation of our task."""

import asyncio

import pytest

from shared.cancellation import is_meant_for_us
from shared.observability.health import holds


async def lost_connection() -> bool:
    """Awaits a task that something else cancels, as aiormq cancels its own."""
    waiting = asyncio.create_task(asyncio.sleep(60))
    asyncio.get_running_loop().call_soon(waiting.cancel)
    await waiting
    return True


async def test_a_cancellation_elsewhere_is_not_meant_for_us() -> None:
    with pytest.raises(asyncio.CancelledError):
        await lost_connection()
    assert not is_meant_for_us()


async def test_a_check_that_a_lost_connection_interrupts_fails() -> None:
    assert await holds(lost_connection) is False


async def test_a_canceled_task_notices() -> None:
    seen: list[bool] = []

    async def work() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            seen.append(is_meant_for_us())
            raise

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == [True]
