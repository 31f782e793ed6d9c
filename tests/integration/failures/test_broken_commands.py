"""Whatever a gateway sends under its own user is answered with its reason, and can be asked about."""

import asyncio
from typing import Any
from uuid import uuid4

import aio_pika
import pytest
from aiormq.abc import DeliveredMessage
from aiormq.exceptions import ChannelLockedResource, ChannelPreconditionFailed
from pamqp import commands as spec

from shared import clock
from shared.contracts.message import Reply
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, Refused, StartAccepted
from shared.messaging import topology
from shared.settings.loading import load_key_ring
from shared.settings.processes import Settings
from shared.storage import refused_commands
from shared.storage.database import Database
from tests.support.applicant import ACME, start
from tests.support.broken_commands.command import Command
from tests.support.broken_commands.table import BROKEN
from tests.support.gateway import Gateway, connected_gateway
from tests.support.records import store_importer
from tests.support.services import working

SENT = [broken for broken in BROKEN if broken.name != "no message id"]
"""aiormq gives an id to what has none."""


@pytest.fixture
async def working_settings(settings: Settings) -> Any:
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with working(settings, ["intake", "verifier"]):
        yield settings


@pytest.fixture
async def gateway(working_settings: Settings) -> Any:
    async with connected_gateway(working_settings) as found:
        yield found


async def send(gateway: Gateway, command: Command) -> asyncio.Future[Reply]:
    """Publishes a command as it is, and returns the reply to come."""
    token = uuid4().hex
    future = gateway.waiting[token] = asyncio.get_running_loop().create_future()
    message = aio_pika.Message(command.bytes, reply_to=gateway.replies, correlation_id=token, headers=command.headers)
    for name, value in command.properties.items():
        setattr(message, name, value)
    exchange = await gateway.channel.get_exchange(topology.COMMANDS, ensure=False)
    await exchange.publish(message, command.key)
    return future


async def test_every_mistake_is_answered_with_its_reason_and_then_parked(
    gateway: Gateway, working_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spec.Basic.Properties, "validate", lambda _properties: None)  # it would not send mode 3
    ring = load_key_ring(working_settings, "commands")
    commands = [Command(broken.key, ring, gateway.user) for broken in SENT]
    for command, broken in zip(commands, SENT, strict=True):
        broken.make(command)
    waiting = {broken.name: await send(gateway, command) for command, broken in zip(commands, SENT, strict=True)}
    await asyncio.wait(waiting.values(), timeout=60)
    replies = {name: reply.result() for name, reply in waiting.items() if reply.done()}
    assert [name for name in waiting if name not in replies] == []
    told = {name: (reply.problem, reply.reason) for name, reply in replies.items() if isinstance(reply, Refused)}
    assert told == {broken.name: (Problem.CONTRACT_BROKEN, broken.reason) for broken in SENT}
    for command, broken in zip(commands, SENT, strict=True):
        if command.properties["message_id"] == str(command.id):
            status = await gateway.ask(gateway.outcome(command.application, command.id))
            assert isinstance(status, ApplicationStatus)
            assert (status.status, status.reason) == ("parked", f"it breaks its contract: {broken.reason}"), broken.name
    await start(gateway)


async def test_the_same_id_with_other_contents_is_refused_and_the_first_answer_stays(
    gateway: Gateway,
) -> None:
    command, id = gateway.start(ACME)
    first = await gateway.ask(command, id)
    assert isinstance(first, StartAccepted)
    sealed_anew, _ = gateway.start(ACME, id)
    again = sealed_anew.model_copy(update={"networks": ("a" * 32,), "verified_by": "altcha"})
    assert await gateway.ask(again, id) == first
    other, _ = gateway.start(ACME.model_copy(update={"email": "bob@acme.example"}), id)
    for another in (other, gateway.code(command.application_id, "5EHX-MVTS")):
        refusal = await gateway.ask(another, id)
        assert isinstance(refusal, Refused)
        assert (refusal.problem, refusal.reason) == (Problem.CONTRACT_BROKEN, "message_id: other-contents")
    status = await gateway.ask(gateway.outcome(command.application_id, id))
    assert isinstance(status, ApplicationStatus)
    assert (status.status, status.reason) == ("known", None)


async def test_a_question_that_breaks_its_contract_is_answered(gateway: Gateway) -> None:
    question = gateway.outcome(uuid4(), uuid4())
    reply = await gateway.ask(question, body=b'{"command_id": 7}')
    reason = "application_id: missing, command_id: not-a-uuid"
    assert reply == Refused(application_id=question.application_id, problem=Problem.CONTRACT_BROKEN, reason=reason)


async def test_the_broker_itself_refuses_what_the_contracts_page_says(gateway: Gateway, settings: Settings) -> None:
    async with await aio_pika.connect(settings.need("rabbitmq_url")) as other, other.channel() as channel:
        with pytest.raises(ChannelLockedResource):  # 405
            await channel.declare_queue(gateway.replies, exclusive=True, auto_delete=True)
    command, _ = gateway.start(ACME)
    exchange = await gateway.channel.get_exchange(topology.COMMANDS, ensure=False)
    returned = await exchange.publish(aio_pika.Message(command.body(), user_id=gateway.user), "start")
    assert isinstance(returned, DeliveredMessage)
    assert isinstance(returned.delivery, spec.Basic.Return)
    assert returned.delivery.reply_code == 312
    with pytest.raises(ChannelPreconditionFailed):  # 406
        await exchange.publish(aio_pika.Message(command.body(), user_id="somebody"), command.name())


async def test_only_the_latest_refused_commands_of_a_user_are_remembered(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refused_commands, "MOST", 3)
    refused, ids, now = database.refused_commands, [uuid4() for _ in range(5)], clock.now()
    for id in ids:
        await refused.remember("gateway", id, "no", now)
    await refused.remember("another", ids[0], "not mine", now)
    found = [await refused.find("gateway", id) for id in ids]
    assert found == [None, None, "no", "no", "no"]
    assert await refused.find("another", ids[0]) == "not mine"
    assert await refused.find("another", ids[4]) is None
