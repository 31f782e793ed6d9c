"""The sweep uses an index, and closes only what ended a day ago."""

from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClient

from services.verifier.sweep import Sweep
from shared import clock
from shared.contracts.state import State
from shared.domain.application import RETRIED_FOR, TO_ISSUE
from shared.messaging.publishing import Publisher
from shared.settings.processes import Settings
from shared.storage.database_admin import administer
from tests.support.applications import begun
from tests.support.records import opened


async def test_an_application_that_ended_a_day_ago_expires_and_others_stay(settings: Settings) -> None:
    end = clock.now() - TO_ISSUE - RETRIED_FOR
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
    found = await profiled["system.profile"].find_one({"op": "query", "ns": f"{profiled.name}.applications"})
    assert found
    assert "IXSCAN" in str(found["planSummary"])
    client.close()
