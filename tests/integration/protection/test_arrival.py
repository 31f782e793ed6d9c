"""The broker says when a message arrived, and nobody else: on its first way, after a wait, and after a replay."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import aio_pika
import pytest
from pydantic import AmqpDsn
from structlog.testing import capture_logs
from yarl import URL

from embedded_servers.rabbitmq import RabbitMQ
from services.console.checks.stamps import check_stamps
from services.console.checks.verdict import Verdict
from services.console.dead_letters.replay import DeadLetterActions, Operator
from services.console.dead_letters.selection import Wanted
from services.console.servers.broker import connect_broker
from services.intake import steps
from shared import clock
from shared.domain.decision import Situation
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.messaging import headers, topology
from shared.messaging.broker_admin import administer, declare
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.stamp_proof import CannotProve, overwrites_stamps
from shared.messaging.topology import WORKERS
from shared.observability import metrics
from shared.settings.processes import Settings
from tests.support.applicant import ACME
from tests.support.broker import Broker
from tests.support.gateway import connected_gateway
from tests.support.operators import make_operator
from tests.support.records import opened
from tests.support.servers import Servers
from tests.support.services import serve_until_it_fails, wire, working
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


async def test_who_may_not_try_learns_why(rabbitmq_url: str, running: Servers) -> None:
    await administer(running.management_url, rabbitmq_url, {"gateway": PASSWORD})
    gateway = URL(rabbitmq_url).with_user("gateway").with_password(PASSWORD)
    async with await aio_pika.connect(str(gateway)) as connection:
        with pytest.raises(CannotProve, match="ACCESS_REFUSED"):
            await overwrites_stamps(connection, topology.EVENTS)


async def make_users(settings: Settings, management_url: str) -> tuple[Settings, Settings]:
    """Settings of an intake and a gateway with users of their own: where all share one, all are believed."""
    broker = settings.need("rabbitmq_url")
    await administer(management_url, broker, {"intake": PASSWORD, "gateway": PASSWORD})
    intake, gateway = (URL(broker).with_user(user).with_password(PASSWORD) for user in ("intake", "gateway"))
    return settings.model_copy(update={"rabbitmq_url": intake}), settings.model_copy(update={"rabbitmq_url": gateway})


class Starts:
    """What intake is told of each start; it fails as long as there is a failure."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.failure: Exception | None = None
        self.told: list[Situation] = []
        self._decide = steps.start_application
        monkeypatch.setattr(steps, "start_application", self._start)

    def _start(self, command: Any, situation: Situation, findings: Any, seals: Any) -> Any:
        self.told.append(situation)
        if self.failure:
            raise self.failure
        return self._decide(command, situation, findings, seals)

    async def has_decided(self) -> Situation:
        """What it was told last, once it has been told anything."""
        told: list[Situation] = await until(lambda: _later(self.told))
        return told[-1]


async def _later(told: list[Any]) -> list[Any]:
    return list(told)


async def send_a_start(settings: Settings) -> tuple[UUID, datetime, datetime]:
    """A start with forged headers: its id, and between which times it was published."""
    async with connected_gateway(settings) as gateway:
        command, id = gateway.start(ACME)
        before = _cut(clock.now())
        own = {headers.APPLICATION: str(command.application_id)}
        await gateway.publish(command, id, headers={**own, **FORGED}, timestamp=datetime(2020, 1, 1, tzinfo=UTC))
        return id, before, clock.now()


def _cut(at: datetime) -> datetime:
    """Stamps count milliseconds."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


async def test_a_forged_stamp_is_overwritten_and_the_true_one_survives_a_wait(
    settings: Settings, running: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = Starts(monkeypatch)
    starts.failure = TransientFailure("away")
    intake, gateway = await make_users(settings, running.management_url)
    async with working(intake, ["intake"]):
        _, before, after = await send_a_start(gateway)
        again = timedelta(seconds=1)
        await until(lambda: _later([told for told in starts.told if told.now >= after + again]))
    [stamped_at] = {told.stamped_at for told in starts.told}
    assert stamped_at is not None
    assert before <= stamped_at <= after


async def test_a_dead_letter_and_its_replay_keep_when_it_arrived(
    settings: Settings, running: Servers, monkeypatch: pytest.MonkeyPatch, broker: Broker
) -> None:
    starts = Starts(monkeypatch)
    starts.failure = PermanentFailure("no")
    intake, gateway = await make_users(settings, running.management_url)
    async with working(intake, ["intake"]), opened(settings) as database:
        id, before, after = await send_a_start(gateway)
        await broker.holds("intake.start-application.dead", 1)
        starts.failure = None
        starts.told.clear()
        async with await aio_pika.connect(settings.need("rabbitmq_url")) as connection:
            actions = DeadLetterActions(connection, database, Operator("ada", "ace"))
            assert (await actions.replay(Wanted(id=str(id)))).done == 1
        replayed = await starts.has_decided()
    assert replayed.stamped_at is not None
    assert before <= replayed.stamped_at <= after


@pytest.fixture
def unstamped(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A worker's settings in production, where the broker passes on forged stamps."""

    async def pass_on(_connection: object, _exchange: str) -> bool:
        return False

    monkeypatch.setattr("shared.messaging.stamps.overwrites_stamps", pass_on)
    return settings.model_copy(update={"production": True})


async def test_in_production_a_worker_ends_if_the_broker_does_not_stamp(unstamped: Settings) -> None:
    with capture_logs() as logs:
        await serve_until_it_fails(wire(unstamped, "provisioner"))
    (line,) = [line for line in logs if line["log_level"] == "critical"]
    assert line["reason"].startswith("ACE_RABBITMQ_URL is a broker that does not stamp")
    assert line["reason"].endswith("ACE_PRODUCTION_ALLOWS=unstamped-broker")


async def test_a_broker_that_does_not_stamp_can_be_allowed_on_purpose(unstamped: Settings) -> None:
    allowed = unstamped.model_copy(update={"production_allows": "unstamped-broker"})
    async with working(allowed, ["provisioner"]) as (worker,):
        await until(worker.is_ready)


@pytest.mark.full
async def test_a_broker_that_does_not_stamp_is_noticed_and_not_believed(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RabbitMQ(tmp_path / "rabbitmq", user="ace", password="ace") as plain, capture_logs() as lines:
        await declare(plain.url)
        plainly = settings.model_copy(update={"rabbitmq_url": AmqpDsn(plain.url)})
        intake, gateway = await make_users(plainly, plain.management_url)
        starts = Starts(monkeypatch)
        async with working(intake, ["intake"]):
            await send_a_start(gateway)
            assert (await starts.has_decided()).stamped_at is None
        assert metrics.STAMPED._value.get() == 0
        assert [line["log_level"] for line in lines if "does not stamp" in line["event"]] == ["error"]
        async with connect_broker(plainly) as connection:
            check = await check_stamps(overwrites_stamps(connection, topology.REPLAY))
        assert check.verdict is Verdict.BAD
