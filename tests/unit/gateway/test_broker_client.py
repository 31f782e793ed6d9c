"""The broker client with an in-memory broker: replies reach the caller and nobody else."""

import asyncio
import gc
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from faststream.rabbit import RabbitBroker, TestRabbitBroker
from faststream.rabbit.subscriber.usecase import RabbitSubscriber

from services.gateway import broker_client
from services.gateway.broker_client import BrokerClient
from services.gateway.journey.broker import SendResult
from shared.contracts.commands import AskOutcome
from shared.contracts.replies import ApplicationStatus
from shared.messaging.connection import make_broker
from tests.support.memory.broker import Channel, MemoryBroker, Sent, delivered
from tests.support.waiting import until

URL = "amqp://gateway:secret@localhost:1/"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Intake:
    """Replies to questions on the in-memory broker, as a test says."""

    def __init__(self, replies: RabbitSubscriber) -> None:
        self._replies = replies
        self.asked: list[Sent] = []
        self.silent = False
        self.changes: dict[str, Any] = {}
        self._answering: set[asyncio.Task[None]] = set()

    def take(self, sent: Sent) -> None:
        """Takes a question, and answers it as aio-pika would deliver it."""
        self.asked.append(sent)
        if self.silent:
            return
        question = AskOutcome.model_validate_json(sent.body)
        reply = ApplicationStatus(application_id=question.application_id, status="pending")
        answer = Sent("", sent.reply_to or "", reply.body(), reply.TYPE, None, correlation_id=sent.correlation_id)
        raw = delivered(replace(answer, **self.changes), Channel())
        answering = asyncio.create_task(self._replies.consume(raw))
        self._answering.add(answering)
        answering.add_done_callback(self._answering.discard)


class Connection:
    """A connection that is there."""

    def __init__(self) -> None:
        self.connected = asyncio.Event()
        self.connected.set()


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> RabbitBroker:
    """The broker that the client uses."""
    broker = make_broker(URL, "gateway")
    monkeypatch.setattr(broker_client, "make_broker", lambda *_: broker)
    return broker


@pytest.fixture
def client(broker: RabbitBroker) -> BrokerClient:
    return BrokerClient(URL)


@pytest.fixture
async def intake(client: BrokerClient, broker: RabbitBroker, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Intake]:
    (subscriber,) = broker.subscribers
    intake = Intake(cast(RabbitSubscriber, subscriber))
    memory = MemoryBroker()
    memory.listens = intake.take

    async def connect() -> Connection:
        return Connection()

    async def is_taken() -> bool:
        return (await ask(client, question())).taken

    monkeypatch.setattr(broker, "connect", connect)
    monkeypatch.setattr(broker, "publish", memory.publish)
    async with TestRabbitBroker(broker):
        await client.start()
        await until(is_taken)
        intake.asked.clear()
        yield intake
        await client.stop()


def question(application_id: UUID | None = None) -> AskOutcome:
    return AskOutcome(application_id=application_id or uuid4(), command_id=uuid4())


async def ask(client: BrokerClient, message: AskOutcome) -> SendResult:
    return await client.send(message, id=uuid4(), at=NOW, wait=0.2)


async def test_a_reply_reaches_the_caller(client: BrokerClient, intake: Intake) -> None:
    message = question()
    assert await ask(client, message) == SendResult(
        taken=True, reply=ApplicationStatus(application_id=message.application_id, status="pending")
    )


async def test_many_ask_at_once_and_each_gets_their_own_answer(client: BrokerClient, intake: Intake) -> None:
    questions = [question() for _ in range(100)]
    answers = await asyncio.gather(*(ask(client, message) for message in questions))
    assert [answer.reply and answer.reply.application_id for answer in answers] == [q.application_id for q in questions]


async def test_a_question_expires_and_each_request_has_its_own_token(client: BrokerClient, intake: Intake) -> None:
    message = question()
    await ask(client, message)
    await ask(client, message)
    assert len({sent.correlation_id for sent in intake.asked}) == 2
    assert all(sent.expiration for sent in intake.asked)


async def test_silence_is_a_message_taken_without_a_reply(client: BrokerClient, intake: Intake) -> None:
    intake.silent = True
    assert await ask(client, question()) == SendResult(taken=True)


async def test_nothing_is_kept_of_questions_without_a_reply(client: BrokerClient, intake: Intake) -> None:
    intake.silent = True
    before = count_futures()
    await asyncio.gather(*(ask(client, question()) for _ in range(20)))
    assert count_futures() < before + 20


def count_futures() -> int:
    """Replies that somebody still waits for, and a few of the event loop's own."""
    gc.collect()
    return sum(type(each) is asyncio.Future for each in gc.get_objects())


@pytest.mark.parametrize(
    "changes", [{"body": b"{}"}, {"body": b"\xff"}, {"type": "nonsense"}, {"correlation_id": "somebody-elses"}]
)
async def test_a_reply_that_cannot_be_read_or_is_not_ours_is_ignored(
    client: BrokerClient, intake: Intake, changes: dict[str, Any]
) -> None:
    intake.changes = changes
    assert await ask(client, question()) == SendResult(taken=True)
    intake.changes = {}
    assert (await ask(client, question())).reply


async def test_nothing_is_taken_while_the_broker_was_never_reached(client: BrokerClient) -> None:
    assert await ask(client, question()) == SendResult(taken=False)
    assert not await client.is_ready()


async def test_looking_for_a_broker_that_is_away_keeps_nobody_waiting_and_can_be_stopped(client: BrokerClient) -> None:
    async with asyncio.timeout(5):
        await client.start()
        assert not await client.is_ready()
        await client.stop()
