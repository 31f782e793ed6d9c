"""Code emails parked by a notifier with a wrong key: replayed while that helps, listed separately once it cannot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aio_pika
import pytest

from services.console.applications import application_view
from services.console.dead_letters.replay import DeadLetterActions, Operator
from services.console.dead_letters.selection import Wanted
from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State
from shared.domain.application import Application
from shared.security.sealing import Sealer
from shared.settings.loading import load_key_ring
from shared.settings.processes import Settings
from shared.storage.database import Database
from tests.support.applicant import ACME, Started, code_for, outcome, start, verify
from tests.support.broker import Broker
from tests.support.gateway import Gateway, connected_gateway
from tests.support.mail_sink import MailSink
from tests.support.records import opened, store_importer
from tests.support.services import working
from tests.support.waiting import until

CODE = EmailKind.VERIFICATION_CODE
DEAD = "notifier.send-code.dead"
CODES = Wanted(queue="notifier.send-code")


@pytest.fixture
async def right(settings: Settings, box: MailSink) -> Settings:
    await store_importer(settings, ACME.importer_number, ACME.company_name, "poc@acme.example")
    return settings.model_copy(update={"smtp_url": box.url})


@asynccontextmanager
async def applying(right: Settings) -> AsyncIterator[Gateway]:
    async with working(right, ["intake", "verifier", "provisioner"]), connected_gateway(right) as gateway:
        yield gateway


@asynccontextmanager
async def mending(settings: Settings) -> AsyncIterator[tuple[DeadLetterActions, Database]]:
    url = settings.need("rabbitmq_url")
    async with opened(settings) as database, await aio_pika.connect(url) as connection:
        yield DeadLetterActions(connection, database, Operator("ada", "ace", "a wrong key")), database


async def parked(right: Settings, gateway: Gateway, broker: Broker, count: int = 1) -> list[Started]:
    """Applications whose code email is among the dead letters because the notifier had a wrong key."""
    wrong = right.model_copy(update={"keys_code_email": right.keys_cookie})
    async with working(wrong, ["code-mailer"]):
        started = [await start(gateway) for _ in range(count)]
        await broker.holds(DEAD, count)
    return started


async def stored(database: Database, started: Started) -> Application:
    found = await database.applications.load(started.application)
    assert found
    return found


async def shown(settings: Settings, database: Database, started: Started) -> str:
    application, emails = await stored(database, started), await database.email_status.find(started.application)
    seen = application_view.describe(application, emails, Sealer(load_key_ring(settings, "storage")), clock.now())
    [mark] = seen["parked"]
    return f"{mark['email']} {mark['replay']}: {mark['reason']}"


@pytest.mark.full
async def test_with_the_right_key_again_a_replay_sends_the_code_of_an_application_that_lived_on(
    right: Settings, box: MailSink, broker: Broker
) -> None:
    async with applying(right) as gateway, mending(right) as (operator, database):
        [started] = await parked(right, gateway, broker)
        told = await outcome(gateway, started)
        assert (told.status, told.state, told.problem) == ("known", State.AWAITING_CODE, None)
        assert told.emails == {CODE: EmailStatus.PARKED}
        assert (await shown(right, database, started)).startswith("verification-code can help until 20")
        async with working(right, ["code-mailer"]):
            tally = await operator.replay(CODES)
            assert (tally.done, tally.kept, tally.start_again) == (1, 0, set())
            await verify(started, gateway, box)
        assert (await outcome(gateway, started)).emails == {CODE: EmailStatus.SENT}
        assert not (await database.email_status.find(started.application))[CODE].parked


@pytest.mark.full
async def test_once_the_codes_expired_a_replay_says_so_and_how_many_must_start_over(
    right: Settings, box: MailSink, broker: Broker
) -> None:
    short = right.model_copy(update={"code_lifetime": 3})
    async with applying(short) as gateway, mending(short) as (operator, database):
        both = await parked(short, gateway, broker, 2)

        async def over() -> bool:
            applications = [await stored(database, started) for started in both]
            return all(each.code and clock.now() >= each.code.expires_at for each in applications)

        await until(over)
        async with working(short, ["code-mailer"]):
            before = await operator.preview(CODES, "replay")
            tally = await operator.replay(CODES)
        for each in (before, tally):
            assert (each.done, each.kept, each.found) == (0, 2, {})
            assert each.hopeless == 2
            assert each.start_again == {started.application for started in both}
        assert await broker.count(DEAD) == 2
        assert "too late: the person must start over" in (await shown(short, database, both[0]))
        tally = await operator.discard(Wanted(hopeless=True))
        assert tally.done == 2
        assert await broker.count(DEAD) == 0
        assert not (await database.email_status.find(both[0].application))[CODE].parked
        assert not box.accepted


async def test_only_those_that_can_still_help_are_replayed(right: Settings, box: MailSink, broker: Broker) -> None:
    async with applying(right) as gateway, mending(right) as (operator, database):
        kept, left = await parked(right, gateway, broker, 2)
        await gateway.ask(gateway.abandon(left.application))
        assert (await operator.discard(Wanted(queue="notifier.send-email", hopeless=True))).done == 0
        async with working(right, ["code-mailer"]):
            tally = await operator.replay(CODES)
            assert (tally.done, tally.kept, tally.start_again) == (1, 1, set())
            await code_for(kept, box)
        assert "nothing is left to do" in (await shown(right, database, left))
