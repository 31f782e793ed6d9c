"""The Python client goes on after what happens to its connection and its reply queue. The worker is played."""

import json
import secrets
from collections.abc import AsyncIterator
from uuid import uuid4

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage
from yarl import URL

from ace_gateway_client import ApplicationStatus, GatewayClient, NotSent
from tests.chaos.injection.proxy import Proxy, proxy
from tests.integration.failures.consumers import Consumers
from tests.support.waiting import until


class Worker:
    """Answers each question that its application is pending, and remembers where to."""

    def __init__(self, channel: aio_pika.abc.AbstractChannel) -> None:
        self._channel = channel
        self.queues: list[str] = []

    async def answer(self, question: AbstractIncomingMessage) -> None:
        assert question.reply_to
        self.queues.append(question.reply_to)
        body = {"application_id": json.loads(question.body)["application_id"], "status": "pending"}
        reply = aio_pika.Message(
            json.dumps(body).encode(), type="application-status.v1", correlation_id=question.correlation_id
        )
        await self._channel.default_exchange.publish(reply, question.reply_to)


@pytest.fixture
async def worker(rabbitmq_url: str) -> AsyncIterator[Worker]:
    async with await aio_pika.connect(rabbitmq_url) as connection, connection.channel() as channel:
        found = Worker(channel)
        await (await channel.get_queue("intake.ask-outcome")).consume(found.answer, no_ack=True)
        yield found


@pytest.fixture
async def between(rabbitmq_url: str) -> AsyncIterator[Proxy]:
    broker = URL(rabbitmq_url)
    assert broker.host
    assert broker.port
    async with proxy((broker.host, broker.port)) as found:
        yield found


@pytest.fixture
async def client(rabbitmq_url: str, between: Proxy) -> AsyncIterator[GatewayClient]:
    url = URL(rabbitmq_url).with_host("127.0.0.1").with_port(between.own_port)
    async with GatewayClient(str(url), app_id="kiosk") as found:
        yield found


async def ask(client: GatewayClient) -> bool:
    """Whether it was answered. It may not be sent while the connection is being lost."""
    try:
        return isinstance(await client.ask(uuid4(), uuid4()), ApplicationStatus)
    except NotSent:
        return False


async def test_a_lost_connection_is_made_again_with_another_queue(
    worker: Worker, between: Proxy, client: GatewayClient
) -> None:
    assert await ask(client)
    between.reset()

    async def ask_again() -> bool:
        return await ask(client)

    assert await until(ask_again)
    assert len(set(worker.queues)) == 2


async def test_a_reply_queue_that_is_gone_is_replaced(
    worker: Worker, client: GatewayClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumers = Consumers(monkeypatch)
    assert await ask(client)
    await consumers.lose_one()
    assert await ask(client)
    assert len(set(worker.queues)) == 2


async def test_another_name_is_taken_if_a_queue_of_the_first_is_another_process_s(
    worker: Worker, client: GatewayClient, rabbitmq_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = secrets.token_hex
    digits = iter(["0a1b", "0a1b", "0a1c"])
    monkeypatch.setattr(secrets, "token_hex", lambda size: next(digits) if size == 2 else draw(size))
    async with GatewayClient(rabbitmq_url, app_id="other") as other:
        assert await ask(other)
        assert await ask(client)
    assert [queue[-4:] for queue in worker.queues] == ["0a1b", "0a1c"]


async def test_if_every_name_is_taken_nothing_is_sent(
    worker: Worker, client: GatewayClient, rabbitmq_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = secrets.token_hex
    monkeypatch.setattr(secrets, "token_hex", lambda size: "0a1b" if size == 2 else draw(size))
    async with GatewayClient(rabbitmq_url, app_id="other") as other:
        assert await ask(other)
        assert not await ask(client)
    assert await ask(client)
