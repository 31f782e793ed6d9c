"""The sweep uses indexes, closes what ended two minutes ago, and lets only what was closed a week ago forget."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClient

from services.verifier.sweep import Sweep
from shared import clock
from shared.contracts.replies import ApplicationAbandoned
from shared.contracts.state import State
from shared.domain.application import REMEMBERED_FOR, SWEPT_AFTER, TO_ISSUE
from shared.domain.handled_result import HandledResult
from shared.messaging.publishing import Publisher
from shared.settings.processes import Settings
from shared.storage.database_admin import administer
from tests.support.applications import begun
from tests.support.records import opened


async def test_an_application_that_ended_two_minutes_ago_expires_and_others_stay(settings: Settings) -> None:
    end = clock.now() - TO_ISSUE - SWEPT_AFTER
    over, young = begun(uuid4(), end), begun(uuid4(), end + timedelta(minutes=1))
    closed = begun(uuid4(), end).move_to(State.ABANDONED, end, "abandon-application")
    async with opened(settings) as database:
        await administer(settings.need("mongodb_url"), settings.mongodb_database, {})
        for application in (over, young, closed):
            await database.applications.save(application)
        await Sweep(database.applications, Publisher(Mock(), "verifier")).run()
        states = [await database.applications.load(application.id) for application in (over, young, closed)]
    assert [found.state for found in states if found] == [State.EXPIRED, State.REQUESTED, State.ABANDONED]


async def test_the_sweep_looks_by_its_index(settings: Settings) -> None:
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(settings.need("mongodb_url"))
    profiled = client[settings.mongodb_database]
    await profiled.command("profile", 2)
    async with opened(settings) as database:
        await administer(settings.need("mongodb_url"), settings.mongodb_database, {})
        await database.applications.list_ended(clock.now(), 500)
        await database.applications.list_forgetting(clock.now(), 500)
    query = {"op": "query", "ns": f"{profiled.name}.applications"}
    plans = [str(found["planSummary"]) async for found in profiled["system.profile"].find(query)]
    assert ["IXSCAN" in plan for plan in plans] == [True, True]
    client.close()


async def test_a_week_after_its_end_an_application_forgets_what_messages_led_to(settings: Settings) -> None:
    end = clock.now() - REMEMBERED_FOR
    abandoned, message = begun(uuid4(), end).move_to(State.ABANDONED, end, "abandon-application"), uuid4()
    result = HandledResult(end, ApplicationAbandoned(application_id=abandoned.id))
    old = abandoned.remember(message, result)
    young = replace(old, id=uuid4(), history=(replace(old.history[0], at=end + timedelta(minutes=1)),))
    still_open = begun(uuid4(), clock.now()).remember(message, result)
    async with opened(settings) as database:
        await administer(settings.need("mongodb_url"), settings.mongodb_database, {})
        for application in (old, young, still_open):
            await database.applications.save(application)
        for _ in range(2):  # the second has nothing left to do
            await Sweep(database.applications, Publisher(Mock(), "verifier")).run()
        found = [await database.applications.load(application.id) for application in (old, young, still_open)]
    assert [(a.version, a.state, len(a.handled)) for a in found if a] == [
        (2, State.ABANDONED, 0),
        (1, State.ABANDONED, 1),
        (1, State.REQUESTED, 1),
    ]
