"""Each broker user can do its service's work and nothing else (invariant 7)."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from uuid import uuid4

import aio_pika
import httpx
import pytest
from aiormq.abc import FieldTable
from aiormq.exceptions import ChannelAccessRefused
from yarl import URL

from services.console.servers.broker import publish_event
from shared.contracts.conversations import SENDERS
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import CodeEmailRefused, CodeWithdrawn, EmailsSent, ResendRequested
from shared.contracts.message import Event
from shared.contracts.state import State
from shared.messaging import headers, topology
from shared.messaging.broker_admin import administer
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.topology import RETRY_STEPS, WORK_QUEUES, WorkQueue, find_queue
from shared.settings.processes import Settings
from tests.support.applicant import ACME, reaches, start, submit, verify
from tests.support.broker import Broker, looking_into
from tests.support.gateway import connected_gateway
from tests.support.mail_sink import MailSink
from tests.support.operators import OPERATOR, make_operator
from tests.support.records import store_importer
from tests.support.servers import Servers, virtual_host
from tests.support.services import WIRES, working
from tests.support.settings import settings_with_keys
from tests.support.sizes import neighbors

PASSWORD = "of this test"


async def make_users(running: Servers, broker: str) -> dict[str, str]:
    """Each service's user of this virtual host, as an address."""
    await administer(running.management_url, broker, dict.fromkeys(PERMISSIONS, PASSWORD))
    return {user: str(URL(broker).with_user(user).with_password(PASSWORD)) for user in PERMISSIONS}


@pytest.fixture(scope="module")
async def users(running: Servers) -> AsyncIterator[dict[str, str]]:
    """Users of a virtual host where nothing works, so that all tests may share it."""
    async with virtual_host(running) as broker:
        yield await make_users(running, broker)


@pytest.fixture(scope="module")
async def workplace(running: Servers) -> AsyncIterator[str]:
    """A virtual host whose queues are as empty after a test as before."""
    async with virtual_host(running) as broker:
        yield broker


@pytest.fixture(scope="module")
async def services(
    running: Servers, workplace: str, keys: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Settings]:
    """Settings for each service, with its own user."""
    addresses = await make_users(running, workplace)
    told = settings_with_keys(
        keys,
        mongodb_url=running.mongodb_url,
        mongodb_database=f"test-{uuid4().hex[:8]}",
        smtp_url="smtp://127.0.0.1:9",
        data_dir=tmp_path_factory.mktemp("data"),
    )
    return {user: told.model_copy(update={"rabbitmq_url": URL(address)}) for user, address in addresses.items()}


@pytest.fixture(scope="module")
async def broker(workplace: str) -> AsyncIterator[Broker]:
    """The same virtual host as its administrator sees it."""
    async with looking_into(workplace) as found:
        yield found


async def test_every_service_does_its_work_as_its_own_user(services: dict[str, Settings], box: MailSink) -> None:
    services = {user: told.model_copy(update={"smtp_url": box.url}) for user, told in services.items()}
    await store_importer(services["intake"], ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with AsyncExitStack() as stack:
        for service in WIRES:
            await stack.enter_async_context(working(services[service], [service]))
        gateway = await stack.enter_async_context(connected_gateway(services["gateway"]))
        box.answers["DATA"] = "451 once"
        started = await start(gateway)
        box.answers.clear()
        await submit(started, gateway, await verify(started, gateway, box))
        await reaches(started, gateway, State.COMPLETED)


@pytest.mark.parametrize(
    ("user", "queue"),
    [
        ("gateway", "intake.start-application"),
        ("intake", "verifier.check-code"),
        ("code-mailer", "notifier.send-code.dead"),
        ("code-mailer", "notifier.send-email"),
        ("general-mailer", "notifier.send-code"),
    ],
)
async def test_no_user_reads_what_is_not_its_own(users: dict[str, str], user: str, queue: str) -> None:
    async with await aio_pika.connect(users[user]) as connection:
        channel = await connection.channel()
        found = await channel.get_queue(queue)
        with pytest.raises(ChannelAccessRefused):
            await found.get(fail=False)


def keys() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every exchange and routing key that feeds a queue, with the only users that publish there."""
    for message, senders in SENDERS.items():
        yield find_queue(message).exchange, message.name(), senders
    for queue in WORK_QUEUES:
        if queue.has_dead_letters:
            yield topology.DEAD, queue.dead, (queue.program,)
            yield from ((step.name, queue.name, (queue.program,)) for step in RETRY_STEPS)
            yield topology.REPLAY, queue.name, ("an operator",)


async def publishes(user: str, exchange: str, key: str, headers: FieldTable | None = None) -> bool:
    """Publishes as this user; returns whether the broker accepts it."""
    async with await aio_pika.connect(user) as connection:
        channel = await connection.channel()
        found = await channel.get_exchange(exchange, ensure=False) if exchange else channel.default_exchange
        try:
            await found.publish(aio_pika.Message(b"x", headers=headers), key, mandatory=False)
        except ChannelAccessRefused:
            return False
        return True


@pytest.mark.parametrize("user", PERMISSIONS)
async def test_a_user_writes_what_is_its_own_and_nothing_else(users: dict[str, str], user: str) -> None:
    expected = {(exchange, key): user in senders for exchange, key, senders in keys()}
    met = {(exchange, key): await publishes(users[user], exchange, key) for exchange, key in expected}
    assert met == expected


@pytest.mark.parametrize(
    ("user", "exchange", "key"),
    [
        ("verifier", "ace.events", "email-due"),
        ("general-mailer", "ace.events", "email-due"),
        ("general-mailer", "ace.events", "code-issued"),
        ("code-mailer", "ace.events", "emails-sent"),
        ("code-mailer", "ace.retry.1s", "provisioner.create-account"),
        ("verifier", "ace.retry.1s", "verifier.check-code.dead"),
        ("intake", "ace.retry.1s", "intake.ask-outcome"),
        ("provisioner", "ace.dead", "notifier.send-email.dead"),
    ],
)
async def test_no_user_reaches_a_queue_by_another_way(
    users: dict[str, str], user: str, exchange: str, key: str
) -> None:
    assert not await publishes(users[user], exchange, key)


@pytest.mark.parametrize("header", ["CC", "BCC"])
async def test_no_user_adds_a_key_that_is_not_its_own(users: dict[str, str], running: Servers, header: str) -> None:
    async with httpx.AsyncClient(base_url=f"{running.management_url}/api/", auth=("ace", "ace"), timeout=30) as api:
        version = (await api.get("overview")).json()["rabbitmq_version"]
    if version.startswith("3."):
        pytest.skip("RabbitMQ 3 checks a message's first key alone")
    own, other = "application-accepted", "email-due"
    assert await publishes(users["intake"], topology.EVENTS, own, {header: ["application-submitted"]})
    assert not await publishes(users["intake"], topology.EVENTS, own, {header: [other]})


@pytest.mark.parametrize("user", PERMISSIONS)
async def test_only_services_that_are_asked_write_replies(users: dict[str, str], user: str) -> None:
    asked = {queue.program for queue in WORK_QUEUES if queue.recovery.person_waits}
    assert await publishes(users[user], "", "gateway.replies.gateway.0001") == (user in asked)


PARKING = {queue.program: queue for queue in WORK_QUEUES if queue.has_dead_letters}
"""A queue of each program."""


@pytest.mark.parametrize(
    "queue",
    [
        *PARKING.values(),
        *neighbors(*(queue for queue in WORK_QUEUES if queue.has_dead_letters and queue not in PARKING.values())),
    ],
    ids=lambda queue: queue.name,
)
async def test_a_service_parks_as_its_own_user(services: dict[str, Settings], broker: Broker, queue: WorkQueue) -> None:
    await broker.channel.default_exchange.publish(aio_pika.Message(b"no message of ours"), queue.name)
    async with working(services[queue.program], [queue.program]):
        assert (await broker.take(queue.dead)).user_id == queue.program


ID = uuid4()
RESEND = ResendRequested(application_id=ID, email=EmailKind.ACCOUNT_READY, resend=1)
FORGED: dict[Event, str] = {
    RESEND: "provisioner",
    EmailsSent(application_id=ID): "provisioner",
    CodeEmailRefused(application_id=ID, attempt=1): "verifier",
    CodeWithdrawn(application_id=ID): "code-mailer",
}
"""Events that another service could put into a queue through the default exchange, by who takes them."""


@pytest.mark.parametrize("event", FORGED, ids=lambda event: event.name())
@pytest.mark.parametrize("forger", ["intake", "verifier"])
async def test_no_service_speaks_for_another_through_the_default_exchange(
    services: dict[str, Settings], broker: Broker, forger: str, event: Event
) -> None:
    program = FORGED[event]
    queue = find_queue(type(event))
    if forger in (program, *SENDERS[type(event)]):
        pytest.skip("it is its own")
    async with await aio_pika.connect(str(services[forger].need("rabbitmq_url"))) as connection:
        channel = await connection.channel()
        message = aio_pika.Message(
            event.body(), headers={**headers.write(event)}, message_id=str(uuid4()), type=event.TYPE, user_id=forger
        )
        await channel.default_exchange.publish(message, queue.name)
    async with working(services[program], [program]):
        dead = await broker.take(queue.dead)
    assert "its sender may not publish it" in str(dead.headers["ace-reason"])
    assert dead.headers["ace-origin"] == forger


async def test_an_operator_with_a_user_of_its_own_can_have_an_email_sent_again(
    services: dict[str, Settings], running: Servers, broker: Broker
) -> None:
    """There is no such application, so the provisioner parks the request for that and for nothing else."""
    own = services["provisioner"]
    url = await make_operator(running, own.need("rabbitmq_url"))
    await publish_event(own.model_copy(update={"rabbitmq_url": url}), RESEND)
    async with working(own, ["provisioner"]):
        dead = await broker.take("provisioner.resend-email.dead")
    assert (dead.headers["ace-reason"], dead.headers["ace-origin"]) == ("there is no such application", OPERATOR)
