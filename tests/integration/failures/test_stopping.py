"""A stopping worker takes nothing new and finishes what it began, so nothing is delivered again."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from pydantic import SecretStr

from embedded_servers import ports
from shared.contracts.commands import StartApplication
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.message import Reply
from shared.contracts.sealed import AccountRequest
from shared.messaging.topology import find_queue
from shared.settings.processes import Settings
from tests.support.applicant import ACME, outcome, start
from tests.support.broker import Broker
from tests.support.gateway import connected_gateway
from tests.support.mail_sink import MailSink
from tests.support.records import store_importer
from tests.support.services import working
from tests.support.waiting import until

NOBODY = AccountRequest(company_name="Nobody Inc.", importer_number="98-7654321ZZ", email="ada@nobody.example")
MANY = 300


@pytest.fixture
async def answers(settings: Settings) -> AsyncIterator[list[asyncio.Future[Reply]]]:
    """Replies to many commands that wait in intake's queue."""
    async with connected_gateway(settings) as gateway:
        starts = [gateway.start(NOBODY) for _ in range(MANY)]
        yield [await gateway.publish(command, id) for command, id in starts]


async def test_what_was_begun_is_finished_and_the_rest_was_never_delivered(
    settings: Settings, broker: Broker, answers: list[asyncio.Future[Reply]]
) -> None:
    settings = settings.model_copy(update={"rate_limit": "off", "prefetch": 20})
    async with working(settings, ["intake"]):
        await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
    queue = await broker.channel.get_queue(find_queue(StartApplication).name)
    left = [message async for message in broker.drain(queue)]
    assert left, "all was done before the worker stopped"
    assert [message.message_id for message in left if message.redelivered] == []
    assert sum(answer.done() for answer in answers) + len(left) == MANY


@asynccontextmanager
async def notifier(settings: Settings, health_port: int) -> AsyncIterator[asyncio.subprocess.Process]:
    """A notifier in its own process, once it is ready."""
    told = {name: getattr(settings, name) for name in settings.model_fields_set} | {"health_port": health_port}
    environment = {f"ACE_{name.upper()}": _plain(value) for name, value in told.items() if value is not None}
    command = (sys.executable, "-m", "services.notifier", "code")
    process = await asyncio.create_subprocess_exec(*command, env={**os.environ, **environment})
    try:
        await until(lambda: _status(health_port, "readyz", 200))
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _plain(value: object) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


async def _status(port: int, page: str, expected: int) -> bool:
    async with httpx.AsyncClient(trust_env=False) as client:
        try:
            return (await client.get(f"http://127.0.0.1:{port}/{page}")).status_code == expected
        except httpx.TransportError:
            return False


async def test_an_email_on_its_way_is_seen_through_by_a_process_that_says_it_takes_no_more(
    settings: Settings, box: MailSink, broker: Broker
) -> None:
    settings = settings.model_copy(update={"smtp_url": box.url})
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    box.answering.clear()
    port = ports.pick()
    async with (
        working(settings, ["intake", "verifier", "provisioner"]),
        connected_gateway(settings) as gateway,
        notifier(settings, port) as process,
    ):
        started = await start(gateway)
        await box.emails(1)
        process.terminate()
        await until(lambda: _status(port, "readyz", 503), within=10)
        assert await _status(port, "livez", 200)
        box.answering.set()
        assert await asyncio.wait_for(process.wait(), 10) == 0
        assert (await outcome(gateway, started)).emails == {EmailKind.VERIFICATION_CODE: EmailStatus.SENT}
        assert await broker.count("notifier.send-code") == 0
    assert len(box.accepted) == 1
