"""Broker and database are killed and come back: nothing confirmed is lost (invariant 1)."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded_servers.mongodb import MongoDB
from embedded_servers.rabbitmq import RabbitMQ
from shared.contracts.replies import StartAccepted
from shared.contracts.state import State
from shared.messaging.broker_admin import declare
from shared.settings.processes import Settings
from tests.support.applicant import ACME, Started, reaches
from tests.support.gateway import connected_gateway
from tests.support.mail_sink import MailSink
from tests.support.records import store_importer
from tests.support.services import working
from tests.support.waiting import until

QUEUES_ON_DISK = 2
"""Seconds after which RabbitMQ has recorded a new quorum queue. A younger queue never answers again after the
broker is killed. In production, queues are created long before anything goes wrong."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[MongoDB]:
    with MongoDB(tmp_path / "mongodb") as found:
        yield found


@pytest.fixture
def broker_of_its_own(tmp_path: Path) -> Iterator[RabbitMQ]:
    with RabbitMQ(tmp_path / "rabbitmq") as found:
        yield found


async def test_a_command_taken_while_the_database_is_away_is_answered_when_it_is_back(
    settings: Settings, box: MailSink, database: MongoDB
) -> None:
    settings = settings.model_copy(update={"mongodb_url": database.url, "smtp_url": box.url})
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with working(settings) as workers, connected_gateway(settings) as gateway:
        await until(workers[0].is_ready)
        await asyncio.to_thread(database.kill)
        assert not await workers[0].is_ready()
        command, id = gateway.start(ACME)
        answer = await gateway.publish(command, id)
        await asyncio.wait([answer], timeout=5)
        assert not answer.done()
        await asyncio.to_thread(database.start)
        await asyncio.to_thread(database.wait_until_ready)
        async with asyncio.timeout(60):
            assert isinstance(await answer, StartAccepted)
        await until(workers[0].is_ready)
        await box.emails(1, within=60)


async def test_confirmed_commands_outlive_the_broker_and_its_workers_come_back(
    settings: Settings, box: MailSink, broker_of_its_own: RabbitMQ
) -> None:
    broker = broker_of_its_own
    await declare(broker.url)
    await asyncio.sleep(QUEUES_ON_DISK)
    settings = settings.model_copy(update={"rabbitmq_url": broker.url, "smtp_url": box.url, "rate_limit": "off"})
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with connected_gateway(settings) as gateway:
        commands = [gateway.start(ACME) for _ in range(20)]
        for command, id in commands:
            await gateway.publish(command, id)
    async with working(settings) as workers:
        await box.emails(1)
        await asyncio.to_thread(broker.kill)
        assert not await workers[0].is_ready()
        await asyncio.to_thread(broker.start)
        await asyncio.to_thread(broker.wait_until_ready)
        for worker in workers:
            await until(worker.is_ready, within=60)
        async with connected_gateway(settings) as gateway:
            for command, id in commands:
                await reaches(Started(command.application_id, id), gateway, State.AWAITING_CODE)
        await box.emails(20, within=60)
