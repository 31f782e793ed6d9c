"""The broker says when a message arrived, and nobody else: on its first way, after a wait, and after a replay."""

import asyncio

import aio_pika
import pytest
from structlog.testing import capture_logs
from yarl import URL

from shared.messaging import headers, topology
from shared.messaging.broker_admin import administer
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.stamp_proof import overwrites_stamps
from shared.messaging.topology import WORKERS
from shared.settings.processes import Settings
from tests.support.operators import make_operator
from tests.support.servers import Servers
from tests.support.services import working
from tests.support.waiting import until

PASSWORD = "of this test"
FORGED = {headers.STAMP: 5, headers.ARRIVED: 5, headers.ORIGIN: "gateway", headers.PUBLISHED_AT: "2020-01-01T00:00:00Z"}


async def test_every_worker_and_an_operator_can_prove_that_a_forged_stamp_is_overwritten(
    rabbitmq_url: str, running: Servers
) -> None:
    await administer(running.management_url, rabbitmq_url, dict.fromkeys(PERMISSIONS, PASSWORD))
    users = [URL(rabbitmq_url).with_user(program).with_password(PASSWORD) for program in WORKERS]
    operator = await make_operator(running, rabbitmq_url)
    for user, exchange in [*((user, topology.EVENTS) for user in users), (operator, topology.REPLAY)]:
        async with await aio_pika.connect(str(user)) as connection:
            assert await overwrites_stamps(connection, exchange)


@pytest.fixture
def unstamped(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A worker's settings in production, where the broker passes on forged stamps."""

    async def pass_on(_connection: object, _exchange: str) -> bool:
        return False

    monkeypatch.setattr("shared.messaging.stamps.overwrites_stamps", pass_on)
    return settings.model_copy(update={"production": True})


async def test_in_production_a_worker_ends_if_the_broker_does_not_stamp(unstamped: Settings) -> None:
    with capture_logs() as logs:
        async with working(unstamped, ["provisioner"]) as (worker,), asyncio.timeout(20):
            await worker._stop.wait()
    assert worker._failed
    (line,) = [line for line in logs if line["log_level"] == "critical"]
    assert line["reason"].startswith("ACE_RABBITMQ_URL is a broker that does not stamp")
    assert line["reason"].endswith("ACE_PRODUCTION_ALLOWS=unstamped-broker")


async def test_a_broker_that_does_not_stamp_can_be_allowed_on_purpose(unstamped: Settings) -> None:
    allowed = unstamped.model_copy(update={"production_allows": "unstamped-broker"})
    async with working(allowed, ["provisioner"]) as (worker,):
        await until(worker.is_ready)
