"""The sweep uses an index, and closes only what ended a day ago."""

from dataclasses import replace
from datetime import timedelta
from unittest.mock import Mock
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClient

from services.verifier.sweep import Sweep
from shared import clock
from shared.contracts.state import State
from shared.domain.application import RETRIED_FOR, TO_ISSUE, Application
from shared.messaging.publishing import Publisher
from shared.settings.processes import Settings
from shared.storage.database import Database


async def test_what_is_over_for_a_day_expires_and_what_is_not_stays(settings: Settings) -> None:
    database = Database(settings.need("mongodb_url"), settings.mongodb_database)
    await database.ensure_indexes()
    end = clock.now() - TO_ISSUE - RETRIED_FOR
    begun = Application.begin(uuid4(), gateway="g", taken_at=end, now=end, cause="start-application")
    over, young = begun, replace(begun, id=uuid4(), taken_at=end + timedelta(minutes=1))
    closed = replace(begun.move_to(State.ABANDONED, end, "abandon-application"), id=uuid4())
    for application in (over, young, closed):
        await database.applications.save(application)
    await Sweep(database.applications, Publisher(Mock(), "verifier")).run()
    states = [await database.applications.load(application.id) for application in (over, young, closed)]
    assert [found.state for found in states if found] == [State.EXPIRED, State.REQUESTED, State.ABANDONED]
    await database.close()


async def test_the_sweep_looks_by_its_index(settings: Settings) -> None:
    database = Database(settings.need("mongodb_url"), settings.mongodb_database)
    await database.ensure_indexes()
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(settings.need("mongodb_url"))
    profiled = client[settings.mongodb_database]
    await profiled.command("profile", 2)
    await database.applications.list_ended(clock.now(), 500)
    found = await profiled["system.profile"].find_one({"op": "query", "ns": f"{profiled.name}.applications"})
    assert found
    assert "IXSCAN" in str(found["planSummary"])
    client.close()
    await database.close()
