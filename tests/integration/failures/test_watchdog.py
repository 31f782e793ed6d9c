"""A worker whose consumer is gone for good reports that it is not ready, and exits to be restarted."""

import asyncio

import pytest
from yarl import URL

from shared.messaging import connection, watchdog
from shared.settings.processes import Settings
from tests.chaos.injection.proxy import proxy
from tests.integration.failures.consumers import Consumers
from tests.support.services import serve_until_it_fails, wire, working
from tests.support.waiting import until


@pytest.fixture
def consumers(monkeypatch: pytest.MonkeyPatch) -> Consumers:
    return Consumers(monkeypatch)


async def test_readiness_is_about_this_process_although_others_take_from_the_queue(
    settings: Settings, consumers: Consumers
) -> None:
    async with working(settings, ["provisioner", "provisioner"]) as workers:
        for worker in workers:
            await until(worker.is_ready)
        await consumers.lose_one()
        assert sorted([await worker.is_ready() for worker in workers]) == [False, True]


async def test_a_worker_that_no_messages_reach_ends_with_a_failure(
    settings: Settings, consumers: Consumers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "PAUSE", 0.05)
    worker = wire(settings, "provisioner")

    async def lose_consumer() -> None:
        await until(worker.is_ready)
        await consumers.lose_one()

    async with asyncio.TaskGroup() as group:
        group.create_task(lose_consumer())
        await serve_until_it_fails(worker)


async def test_a_new_connection_that_stays_silent_is_given_up_long_before_the_watchdog_ends_the_process(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "CONNECTED_WITHIN", 1)
    url = URL(settings.need("rabbitmq_url"))
    async with proxy((str(url.host), int(url.port or 0))) as between:
        settings = settings.model_copy(update={"rabbitmq_url": str(url.with_port(between.own_port))})
        async with working(settings, ["provisioner"]) as [worker]:
            await until(worker.is_ready)
            between.silent = True
            between.reset()

            async def silent() -> bool:
                return between.accepted > 1

            await until(silent)
            between.silent = False
            await until(worker.is_ready, within=watchdog.CHECKS * watchdog.PAUSE / 2)
