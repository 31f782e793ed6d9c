"""A worker whose consumer is gone for good reports that it is not ready, and exits to be restarted."""

import asyncio
from typing import Any

import pytest

from shared.messaging import watchdog
from shared.settings.processes import Settings
from shared.worker import Worker
from tests.support.services import working
from tests.support.waiting import until

QUEUE = "provisioner.create-account"


async def lose_consumer(worker: Worker[Settings]) -> None:
    """Ends the worker's consumer without triggering anything that would restore it."""
    subscriber: Any = worker._broker.subscribers[0]
    channel = await subscriber._queue_obj.channel.get_underlay_channel()
    await channel.basic_cancel(subscriber._consumer_tag)


async def test_readiness_is_about_this_process_although_others_take_from_the_queue(settings: Settings) -> None:
    async with working(settings, ["provisioner", "provisioner"]) as (lost, other):
        await until(lost.is_ready)
        await until(other.is_ready)
        await lose_consumer(lost)
        assert not await lost.is_ready()
        assert await other.is_ready()


async def test_a_worker_that_no_messages_reach_ends_with_a_failure(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "PAUSE", 0.05)
    async with working(settings, ["provisioner"]) as (worker,):
        await until(worker.is_ready)
        await lose_consumer(worker)
        async with asyncio.timeout(20):
            await worker._stop.wait()
    assert worker._failed
