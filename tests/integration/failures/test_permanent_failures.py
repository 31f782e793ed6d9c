"""A permanent failure ends in `<queue>.dead` with its reason and stops nothing else; a backlog is handled in full."""

import asyncio
import json

import pytest
from pamqp import encode

from shared.contracts.commands import StartApplication
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, StartAccepted
from shared.settings.processes import Settings
from tests.support.applicant import ACME, refusal, start
from tests.support.broker import Broker
from tests.support.gateway import Gateway, connected_gateway
from tests.support.records import store_importer
from tests.support.services import working

SECRET = "123-45-6789"
QUEUE = "intake.start-application"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (SECRET.encode(), "breaks its contract"),
        (b"\xff\xfe\x00", "breaks its contract"),
        (
            json.dumps({"application_id": SECRET}).encode(),
            "application_id: not-a-uuid, request: missing",
        ),
        (b"[" * 60_000, "breaks its contract"),
    ],
)
async def test_a_message_that_breaks_its_contract_is_parked_with_its_reason(
    gateway: Gateway, broker: Broker, body: bytes, reason: str
) -> None:
    command, id = gateway.start(ACME)
    await gateway.publish(command, id, body=body)
    dead = await broker.take(f"{QUEUE}.dead")
    assert dead.body == body
    assert reason in str(dead.headers["ace-reason"])
    assert dead.headers["ace-exception"] == "ContractBroken"
    assert SECRET not in json.dumps(dead.headers, default=str)
    await start(gateway)


async def test_a_message_of_another_type_or_without_id_is_parked(gateway: Gateway, broker: Broker) -> None:
    command, id = gateway.start(ACME)
    for part, wrong in (("type", "start-application.v9"), ("message_id", "no uuid"), ("user_id", None)):
        await gateway.publish(command, id, **{part: wrong})
        assert part in str((await broker.take(f"{QUEUE}.dead")).headers["ace-reason"])


async def test_a_command_that_cannot_be_opened_is_parked_and_its_sender_told(gateway: Gateway, broker: Broker) -> None:
    elsewhere, _ = gateway.start(ACME)
    command, id = gateway.start(ACME)
    moved = StartApplication(
        application_id=command.application_id, taken_at=command.taken_at, request=elsewhere.request
    )
    assert await refusal(gateway, moved, id) is Problem.CONTRACT_BROKEN
    assert "request: does-not-open" in str((await broker.take(f"{QUEUE}.dead")).headers["ace-reason"])
    outcome = await gateway.ask(gateway.outcome(command.application_id, id))
    assert isinstance(outcome, ApplicationStatus)
    assert outcome.status == "parked"


@pytest.mark.parametrize("property", ["timestamp", "app_id", "header"])
async def test_an_unreadable_property_stops_nothing(
    gateway: Gateway, broker: Broker, property: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    command, id = gateway.start(ACME)
    if property == "timestamp":
        monkeypatch.setitem(encode.METHODS, "timestamp", lambda _value: (10**18).to_bytes(8, "big"))
        answer = await gateway.publish(command, id)
    elif property == "app_id":
        monkeypatch.setitem(encode.METHODS, "shortstr", _latin1)
        answer = await gateway.publish(command, id, app_id="caf\u00e9")
    else:
        monkeypatch.setattr(encode, "short_string", _latin1)
        answer = await gateway.publish(command, id, headers={"caf\u00e9": "x"})
    monkeypatch.undo()
    async with asyncio.timeout(20):
        assert isinstance(await answer, StartAccepted)
    assert await broker.count(f"{QUEUE}.dead") == 0


def _latin1(value: str) -> bytes:
    raw = value.encode("latin-1")
    return bytes([len(raw)]) + raw


async def test_a_reply_never_goes_to_a_queue_of_the_systems_own(gateway: Gateway, broker: Broker) -> None:
    command, id = gateway.start(ACME)
    await gateway.publish(command, id, reply_to="notifier.send-email")
    await gateway.publish(command, id, reply_to="notifier.send-email")
    await gateway.ask(command, id)
    assert await broker.count("notifier.send-email") == 0
    assert await broker.count("notifier.send-email.dead") == 0


async def test_a_backlog_from_before_the_workers_started_is_answered_in_full(settings: Settings) -> None:
    settings = settings.model_copy(update={"rate_limit": "off"})
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with asyncio.timeout(60), connected_gateway(settings) as gateway:
        commands = [gateway.start(ACME) for _ in range(200)]
        answers = [await gateway.publish(command, id) for command, id in commands]
        async with working(settings, ["intake"]):
            replies = await asyncio.gather(*answers)
    assert all(isinstance(reply, StartAccepted) for reply in replies)


async def test_workers_that_stop_in_the_middle_leave_nothing_unanswered(settings: Settings, broker: Broker) -> None:
    settings = settings.model_copy(update={"rate_limit": "off"})
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with asyncio.timeout(60), connected_gateway(settings) as gateway:
        commands = [gateway.start(ACME) for _ in range(300)]
        answers = [await gateway.publish(command, id) for command, id in commands]
        for _ in range(4):
            async with working(settings, ["intake"]):
                await asyncio.wait(answers, return_when=asyncio.FIRST_COMPLETED)
        async with working(settings, ["intake"]):
            replies = await asyncio.gather(*answers)
    assert all(isinstance(reply, StartAccepted) for reply in replies)
    assert await broker.count("verifier.issue-code") == len(commands)
