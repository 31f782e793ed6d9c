"""What operators see on a real broker and database."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import aio_pika
import httpx
import pytest
from typer.testing import CliRunner
from yarl import URL

from services.console.__main__ import app
from services.console.checks import brokers, databases
from services.console.checks.verdict import Check, Verdict
from services.console.queues import queue_lines, reading
from services.console.queues.browsing import hold_messages
from services.console.queues.heads import Heads
from services.console.servers import management
from services.console.servers.management import open_management
from shared import clock
from shared.messaging.broker_admin import administer
from shared.messaging.broker_limits import DELIVERY_LIMIT
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.topology import WORK_QUEUES
from shared.settings.console import ConsoleSettings
from shared.settings.processes import Settings
from tests.support import applications
from tests.support.applicant import ACME, start
from tests.support.broker import Broker
from tests.support.gateway import connected_gateway
from tests.support.operators import make_operator
from tests.support.records import opened, store_importer
from tests.support.servers import Servers
from tests.support.services import working
from tests.support.waiting import until

EMAILS = "notifier.send-email"
LIMIT_OF_BROKER = 20
"""Deliveries after which RabbitMQ 4 removes a message if no delivery limit is set."""


@pytest.fixture
def operating(settings: Settings, running: Servers) -> Settings:
    return settings.model_copy(update={"rabbitmq_management_url": running.management_url})


async def acectl(settings: Settings, *arguments: str) -> tuple[int, Any, str]:
    """Runs a command; returns its exit code, JSON and complaints. No worker may run, because it would print too."""
    names = ConsoleSettings.model_fields.keys() & settings.model_fields_set
    told = {f"ACE_{name.upper()}": settings.need(name) for name in names if getattr(settings, name)}
    done = await asyncio.to_thread(CliRunner().invoke, app, [*arguments, "--json"], env=told)
    return done.exit_code, json.loads(done.stdout) if done.stdout else None, done.stderr


def verdicts(checks: list[Check]) -> dict[str, Verdict]:
    return {check.name: check.verdict for check in checks}


def complaints(checks: list[Check]) -> list[Check]:
    return [check for check in checks if check.verdict is not Verdict.OK]


async def test_an_application_is_found_by_number_address_and_reference_none_of_which_is_shown(
    settings: Settings,
) -> None:
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with working(settings, ["intake"]), connected_gateway(settings) as gateway:
        started = await start(gateway)
    by_number = await acectl(settings, "applications", "find", ACME.importer_number.lower())
    by_address = await acectl(settings, "applications", "find", " ADA@acme.example")
    assert by_number == by_address
    ending, [line], complaints = by_number
    assert (ending, complaints) == (0, "")
    assert ACME.importer_number not in json.dumps(line)
    assert await acectl(settings, "applications", "find", line["reference"]) == by_number
    ending, found, complaints = await acectl(settings, "applications", "find", "987-65-4320")
    assert (ending, found) == (1, [])
    assert "987-65" not in complaints
    async with opened(settings) as database:
        assert (await database.applications.find_by_reference(line["reference"]))[0].id == started.application


@pytest.mark.parametrize(
    "command",
    [("applications", "show"), ("applications", "find"), ("audit", "list", "--application")],
    ids=["show", "find", "audit"],
)
async def test_without_an_application_of_this_name_nothing_is_found(
    settings: Settings, command: tuple[str, ...]
) -> None:
    ending, found, complaint = await acectl(settings, *command, "ACE-0000-0000")
    assert (ending, found or None) == (1, None)
    assert "no" in complaint
    assert "application" in complaint


async def test_stuck_applications_are_listed_with_what_to_do(settings: Settings) -> None:
    async with opened(settings) as database:
        for age in (timedelta(seconds=5), timedelta(minutes=5), timedelta(days=9)):
            begun = applications.begun(uuid4(), clock.now() - age)
            await database.applications.save(replace(begun, request="k1.sealed"))
    ending, [line], _ = await acectl(settings, "applications", "stuck")
    assert ending == 1
    assert [finding["why"] for finding in line["findings"]] == ["no code is issued"]
    assert await acectl(settings, "applications", "stuck", "--since", "1m") == (0, [], "")


async def test_what_is_over_by_its_time_is_listed_and_counted_as_over(database_settings: Settings) -> None:
    async with opened(database_settings) as database:
        for age in (timedelta(minutes=1), timedelta(minutes=61), timedelta(minutes=62)):
            begun = applications.begun(uuid4(), clock.now() - age)
            await database.applications.save(replace(begun, request="k1.sealed"))
        now = clock.now()
        assert await database.overview.count_by_state(now - timedelta(days=1), now) == {"expired": 2, "requested": 1}
        assert (await database.overview.count_waiting(now)).count == 1
    for state, count in (("expired", 2), ("requested", 1), ("locked", 0)):
        ending, lines, _ = await acectl(database_settings, "applications", "list", "--state", state)
        assert (ending, [line["state"] for line in lines]) == (0, [state] * count)


async def test_a_healthy_broker_and_database_are_reported_healthy(operating: Settings, running: Servers) -> None:
    await administer(running.management_url, operating.need("rabbitmq_url"), dict.fromkeys(PERMISSIONS, "x"))
    await store_importer(operating, ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with working(operating) as workers, connected_gateway(operating):
        for worker in workers:
            await until(worker.is_ready)  # the broker confirms a consumer before it counts it

        async def check() -> list[Check]:
            return [*await brokers.check_broker(operating), *await databases.check_database(operating)]

        async def is_healthy() -> bool:  # the management interface lists a connection only after some seconds
            return not complaints(await check())

        await until(is_healthy)
        found = await check()
    names = {check.name for check in found}
    assert {
        "topology",
        "permissions",
        "alarms",
        "form",
        "keys",
        "emails",
        "replica set",
        "indexes",
        "storage keys",
        "index key",
    } <= names


async def test_no_deprecated_feature_of_the_broker_is_used(operating: Settings, running: Servers) -> None:
    async with (
        working(operating),
        connected_gateway(operating),
        httpx.AsyncClient(base_url=f"{running.management_url}/api/", auth=("ace", "ace"), timeout=30) as api,
    ):
        used = (await api.get("deprecated-features/used")).raise_for_status().json()
    assert used == []


async def test_drift_and_missing_consumers_are_reported(operating: Settings, running: Servers, broker: Broker) -> None:
    vhost = URL(operating.need("rabbitmq_url")).path.lstrip("/")
    await broker.channel.queue_delete(f"{EMAILS}.dead")
    async with httpx.AsyncClient(base_url=f"{running.management_url}/api/", auth=("ace", "ace"), timeout=30) as api:
        wrong = {"pattern": "^notifier", "definition": {"max-length": 5}, "apply-to": "queues", "priority": 9}
        (await api.put(f"policies/{vhost}/theirs", json=wrong)).raise_for_status()
    found = {check.name: check for check in await brokers.check_broker(operating)}
    assert found["topology"].verdict is Verdict.BAD
    assert f"queue {EMAILS}.dead is missing" in found["topology"].says
    assert (found["consumers"].verdict, found["form"].verdict) == (Verdict.BAD, Verdict.BAD)


async def test_another_index_key_is_reported(operating: Settings) -> None:
    await store_importer(operating, ACME.importer_number, ACME.company_name, "poc@acme.example")
    other = operating.model_copy(update={"keys_index": operating.keys_cookie})
    assert verdicts(await databases.check_database(other))["index key"] is Verdict.BAD
    lost = operating.model_copy(update={"keys_storage": operating.keys_cookie})
    found = verdicts(await databases.check_database(lost))
    assert (found["storage keys"], found["index key"], found["indexes"]) == (Verdict.BAD,) * 3


async def test_every_page_of_the_queues_is_read(operating: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_management(operating) as whole:
        assert whole
        at_once = {queue["name"] for queue in await whole.list_queues()}
        monkeypatch.setattr(management, "PAGE", 4)
        assert {queue["name"] for queue in await whole.list_queues()} == at_once
    assert {queue.name for queue in WORK_QUEUES} < at_once


async def test_waiting_messages_are_counted_by_delay_and_queue_and_go_on_waiting(
    settings: Settings, broker: Broker
) -> None:
    exchange = await broker.channel.get_exchange("ace.retry.600s", ensure=False)
    for queue in (EMAILS, EMAILS, "notifier.send-code"):
        await exchange.publish(aio_pika.Message(b"x"), queue)
    async with await aio_pika.connect(settings.need("rabbitmq_url")) as connection:
        found = await reading.read_from_amqp(connection)
        for _ in range(LIMIT_OF_BROKER + 2):
            waits = await reading.count_waiting(connection, found)
            assert waits == {EMAILS: {"10 min": 2}, "notifier.send-code": {"10 min": 1}}
        async with hold_messages(connection, "ace.retry.600s"):
            found = await reading.read_from_amqp(connection)
            assert await reading.count_waiting(connection, found) is None
    await broker.holds("ace.retry.600s", 3)


async def test_the_first_message_tells_its_age_and_stays_first(
    settings: Settings, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first", "second"):
        await broker.channel.default_exchange.publish(aio_pika.Message(b"x", message_id=name), EMAILS)
    later = clock.now() + timedelta(seconds=90)
    monkeypatch.setattr(clock, "now", lambda: later)
    async with await aio_pika.connect(settings.need("rabbitmq_url")) as connection:
        found = await reading.read_from_amqp(connection)
        heads = Heads()
        for _ in range(DELIVERY_LIMIT + 2):  # a look counts as a delivery, so it is not repeated in vain
            ages = await heads.measure(connection, found)
    assert 89 < ages[EMAILS] < 120
    [line] = [line for line in queue_lines.summarize_queues(found, None, ages) if line.queue == EMAILS]
    assert any("waiting for 1 min" in mark for mark in line.marks)
    assert (await broker.take(EMAILS)).message_id == "first"


async def test_the_doctor_says_in_one_line_what_an_operator_who_is_no_administrator_cannot_see(
    operating: Settings, running: Servers
) -> None:
    await administer(running.management_url, operating.need("rabbitmq_url"), dict.fromkeys(PERMISSIONS, "of this test"))
    url = await make_operator(running, operating.need("rabbitmq_url"))
    found = await brokers.check_broker(operating.model_copy(update={"rabbitmq_url": url}))
    [permissions] = [check for check in found if check.name == "permissions"]
    assert (permissions.verdict, "administrators only" in permissions.says) == (Verdict.WARN, True)
    others = {check.name: check.verdict for check in found if check is not permissions}
    assert {"topology", "limits", "alarms", "broker's clock"} <= others.keys()
    assert others["topology"] is others["limits"] is Verdict.OK
