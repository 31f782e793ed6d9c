"""Each broker user can do its service's work and nothing else (invariant 7)."""

from contextlib import AsyncExitStack

import aio_pika
import pytest
from aiormq.exceptions import ChannelAccessRefused
from yarl import URL

from shared.domain.state import State
from shared.messaging.applying import administer
from shared.messaging.topology import PERMISSIONS
from shared.settings import Settings
from tests.integration.asking import asker
from tests.integration.people import ACME, reaches, start, submit, verify
from tests.integration.records import store_importer
from tests.integration.workers import WIRES, working
from tests.mailbox import Mailbox
from tests.servers import Servers

PASSWORD = "of this test"


@pytest.fixture
async def users(settings: Settings, running: Servers, box: Mailbox) -> dict[str, Settings]:
    """Settings for each service, with a broker user of its own."""
    url = settings.need("rabbitmq_url")
    await administer(running.management_url, url, dict.fromkeys(PERMISSIONS, PASSWORD))
    return {
        user: settings.model_copy(
            update={"rabbitmq_url": URL(url).with_user(user).with_password(PASSWORD), "smtp_url": box.url}
        )
        for user in PERMISSIONS
    }


async def test_every_service_does_its_work_as_its_own_user(users: dict[str, Settings], box: Mailbox) -> None:
    await store_importer(users["intake"], ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with AsyncExitStack() as stack:
        for service in WIRES:
            await stack.enter_async_context(working(users[service], [service]))
        gateway = await stack.enter_async_context(asker(users["gateway"]))
        box.answer = "451 once"
        started = await start(gateway)
        box.answer = "250 accepted"
        await submit(started, gateway, await verify(started, gateway, box))
        await reaches(started, gateway, State.COMPLETED)


@pytest.mark.parametrize(
    ("user", "queue"),
    [
        ("gateway", "intake.start-application"),
        ("intake", "verifier.check-code"),
        ("notifier", "notifier.send-code.dead"),
    ],
)
async def test_no_user_reads_what_is_not_its_own(users: dict[str, Settings], user: str, queue: str) -> None:
    async with await aio_pika.connect(users[user].need("rabbitmq_url")) as connection:
        channel = await connection.channel()
        found = await channel.get_queue(queue)
        with pytest.raises(ChannelAccessRefused):
            await found.get(fail=False)


@pytest.mark.parametrize(
    ("user", "exchange"), [("gateway", "ace.events"), ("gateway", "ace.dead"), ("verifier", "ace.commands")]
)
async def test_no_user_writes_what_is_not_its_own(users: dict[str, Settings], user: str, exchange: str) -> None:
    async with await aio_pika.connect(users[user].need("rabbitmq_url")) as connection:
        channel = await connection.channel()
        found = await channel.get_exchange(exchange)
        with pytest.raises(ChannelAccessRefused):
            await found.publish(aio_pika.Message(b"x"), "x", mandatory=False)
