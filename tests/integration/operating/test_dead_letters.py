"""Dead letters on a real broker: listing, replaying and discarding them is recorded and loses nothing."""

import asyncio
import time
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import aio_pika
import pytest
from yarl import URL

from services.console.dead_letters.replay import DeadLetterActions, Operator
from services.console.dead_letters.selection import Wanted, group_dead_letters, hold_dead_letters
from services.console.output.exit_codes import Unavailable
from shared.contracts.commands import AbandonApplication
from shared.contracts.events import ApplicationSubmitted
from shared.contracts.state import State
from shared.domain.application import Application
from shared.messaging import topology
from shared.messaging.broker_admin import administer
from shared.messaging.permissions import PERMISSIONS
from shared.settings.processes import Settings
from shared.storage.database import Database
from tests.integration.operating.operator_session import START, OperatorSession
from tests.support.applicant import ACME
from tests.support.broker import Broker
from tests.support.gateway import Gateway, connected_gateway
from tests.support.records import opened, store_importer
from tests.support.servers import Servers
from tests.support.services import working
from tests.support.waiting import until

PASSWORD = "of this test"
ABANDON = topology.find_queue(AbandonApplication)


@pytest.fixture
async def operator(settings: Settings, broker: Broker) -> AsyncIterator[OperatorSession]:
    url = settings.need("rabbitmq_url")
    async with opened(settings) as database, await aio_pika.connect(url) as connection:
        yield OperatorSession(settings, connection, database, broker)


def without_the_key(settings: Settings) -> Settings:
    """Settings of a worker with the wrong key, a cause that an operator can fix."""
    return settings.model_copy(update={"keys_commands": settings.keys_cookie})


async def park_starts(
    settings: Settings, operator: OperatorSession, gateway: Gateway, count: int = 1
) -> list[tuple[UUID, UUID]]:
    """Start commands parked by a worker with the wrong key: message ids and applications."""
    async with working(without_the_key(settings), ["intake"]):
        ids = []
        for _ in range(count):
            command, id = gateway.start(ACME)
            await gateway.publish(command, id)
            ids.append((id, command.application_id))
        await operator.has(count)
    return ids


async def test_one_whose_cause_is_gone_is_done_once_however_often_it_is_replayed(
    settings: Settings, operator: OperatorSession, broker: Broker
) -> None:
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    async with connected_gateway(settings) as gateway:
        [(id, application)] = await park_starts(settings, operator, gateway)
    marked = await operator.reaches(application, State.REQUESTED)
    assert marked.parked.keys() == {id}
    async with hold_dead_letters(operator.connection, START, "ace") as [each]:
        copy = each.raw
    async with working(settings, ["intake"]):
        for again in range(3):
            tally = await operator.make_actions().replay(Wanted(id=str(id)))
            assert (tally.done, tally.kept) == (1, 0)
            await until(lambda: broker.count("verifier.issue-code"))
            if again < 2:
                await operator.bury(copy)  # as after a crash between the broker's confirm and the acknowledgment
    found = await operator.reaches(application, State.REQUESTED)
    assert found.parked == {}
    assert found.gateway == "ace"
    assert found.request
    assert await operator.letters() == []
    assert [entry.action for entry in await operator.entries()] == ["replay"] * 3
    assert all(entry.who == "ada" and entry.message_id == str(id) for entry in await operator.entries())


async def test_while_the_cause_persists_it_is_dead_again_and_counted(
    settings: Settings, operator: OperatorSession
) -> None:
    async with connected_gateway(settings) as gateway:
        [(id, _)] = await park_starts(settings, operator, gateway)
    async with working(without_the_key(settings), ["intake"]):
        for replays in (1, 2):
            await operator.make_actions().replay(Wanted(queue=START.name))
            [letter] = await operator.has(1)
            assert (letter.id, letter.replays, letter.sender) == (str(id), replays, "ace")
            assert "no-such-key" in letter.reason


async def test_a_service_believes_who_sent_it_first_and_no_service_could_say_so(
    settings: Settings, operator: OperatorSession, running: Servers
) -> None:
    url = settings.need("rabbitmq_url")
    await administer(running.management_url, url, dict.fromkeys(PERMISSIONS, PASSWORD))
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")

    def as_user(user: str) -> Settings:
        return settings.model_copy(update={"rabbitmq_url": URL(url).with_user(user).with_password(PASSWORD)})

    async with connected_gateway(as_user("gateway")) as gateway:
        [(id, application)] = await park_starts(as_user("intake"), operator, gateway)
    [letter] = await operator.letters()
    assert letter.sender == "gateway"
    async with working(as_user("intake"), ["intake"]):
        await operator.make_actions().replay(Wanted(id=str(id)))

        async def taken() -> bool:
            found = await operator.database.applications.load(application)
            return bool(found and found.request)

        await until(taken)
    found = await operator.reaches(application, State.REQUESTED)
    assert found.gateway == "gateway"


async def test_a_command_with_a_first_sender_that_none_of_us_wrote_is_kept(operator: OperatorSession) -> None:
    await operator.bury(aio_pika.Message(b"x", message_id="1", headers={"ace-origin": "gateway"}, user_id=None))
    tally = await operator.make_actions().replay(Wanted(id="1"))
    assert (tally.done, tally.kept) == (0, 1)
    assert len(await operator.has(1)) == 1
    assert await operator.entries() == []


async def test_a_group_is_replayed_no_faster_than_asked(operator: OperatorSession) -> None:
    await operator.put(6, **{"ace-reason": "this one"})
    await operator.put(3, **{"ace-reason": "another"})
    began = time.monotonic()
    tally = await operator.make_actions(rate=10).replay(Wanted(matching="THIS"))
    assert time.monotonic() - began >= 0.4
    assert tally.found == {START.name: 6}
    assert {letter.reason for letter in await operator.has(3)} == {"another"}
    assert await operator.broker.count(START.name) == 6


async def test_a_dry_run_does_nothing(operator: OperatorSession) -> None:
    await operator.put(4)
    tally = await operator.make_actions().preview(Wanted(), "replay")
    assert (tally.done, tally.found) == (0, {START.name: 4})
    assert len(await operator.has(4)) == 4
    assert await operator.entries() == []


async def test_a_discarded_message_is_gone_and_recorded_and_no_longer_marked(
    settings: Settings, operator: OperatorSession
) -> None:
    async with connected_gateway(settings) as gateway:
        [(id, application)] = await park_starts(settings, operator, gateway)
    tally = await operator.make_actions(why="the person started again").discard(Wanted(application=str(application)))
    assert tally.done == 1
    assert await operator.has(0) == []
    [entry] = await operator.entries()
    assert (entry.action, entry.message_id, entry.application) == ("discard", str(id), application)
    assert (entry.who, entry.why, entry.queue) == ("ada", "the person started again", START.name)
    assert "no-such-key" in entry.cause
    assert (await operator.reaches(application, State.REQUESTED)).parked == {}


async def test_several_messages_of_one_application_are_marked_each(operator: OperatorSession) -> None:
    id = uuid4()
    now = (await operator.database.diagnostics.server()).time
    applications = operator.database.applications
    await applications.save(Application.begin(id, gateway="ace", taken_at=now, now=now, cause="start-application"))
    first, second = uuid4(), uuid4()
    event = ApplicationSubmitted(application_id=id)
    for message_id in (first, second, first):
        await applications.mark(event, message_id, sender="provisioner", reason="$reason", now=now)
    await applications.unmark(id, first)
    await applications.unmark(id, uuid4())
    found = await applications.load(id)
    assert found
    assert found.parked.keys() == {second}
    assert found.parked[second].reason == "$reason"


async def test_without_the_audit_log_nothing_is_done_and_that_is_reported(
    operator: OperatorSession, settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    await operator.put(2)
    monkeypatch.setattr("shared.storage.database.SELECTION_MS", 100)
    away = Database("mongodb://127.0.0.1:9/", settings.mongodb_database)
    actions = DeadLetterActions(operator.connection, away, Operator("ada", "ace"))
    with pytest.raises(Exception, match="database is away"):
        await actions.replay(Wanted())
    await away.close()
    assert "stopped early; 0 were done" in capsys.readouterr().err
    assert len(await operator.has(2)) == 2
    assert await operator.broker.count(START.name) == 0


async def test_thousands_are_listed_and_all_are_still_there_after_the_listing_died(operator: OperatorSession) -> None:
    exchange = await operator.broker.channel.get_exchange(topology.DEAD, ensure=False)
    messages = [
        aio_pika.Message(b"x", message_id=str(number), headers={"ace-reason": f"reason {number % 2}"})
        for number in range(2_000)
    ]
    await asyncio.gather(*(exchange.publish(message, START.dead) for message in messages))
    for _ in range(2):
        dying = await aio_pika.connect(operator.settings.need("rabbitmq_url"))
        async with hold_dead_letters(dying, START, "ace") as found:
            groups = group_dead_letters(each.letter for each in found)
            assert [group.count for group in groups] == [1_000, 1_000]
            await dying.close()
    assert {letter.id for letter in await operator.has(2_000)} == {str(number) for number in range(2_000)}


async def test_a_queue_that_somebody_reads_is_told_and_passed_over(
    operator: OperatorSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.console.queues.browsing.PAUSE", 0.01)
    await operator.put(2)
    await operator.bury(aio_pika.Message(b"x", message_id="1", type=AbandonApplication.TYPE), ABANDON)
    async with hold_dead_letters(operator.connection, START, "ace"):
        actions = operator.make_actions()
        for tally in (await actions.preview(Wanted(), "replay"), await actions.replay(Wanted())):
            assert tally.found == {ABANDON.name: 1}
            [reason] = tally.passed_over
            assert f"{START.dead} is being read by somebody else" in reason
        with pytest.raises(Unavailable, match="is being read by somebody else"):
            await actions.replay(Wanted(queue=START.name))
    assert len(await operator.has(2)) == 2
    assert await operator.broker.count(ABANDON.name) == 1


async def test_nobody_sees_a_part_and_mistakes_it_for_everything(operator: OperatorSession) -> None:
    await operator.put(3)
    async with hold_dead_letters(operator.connection, START, "ace"):
        with pytest.raises(Unavailable, match="is being read by somebody else"):
            await operator.letters()
    assert len(await operator.has(3)) == 3
