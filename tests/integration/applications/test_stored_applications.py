"""What a save of an application leaves in a real database, alone and together with others."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from shared.contracts.events import CodeIssued
from shared.contracts.replies import NotYet
from shared.domain.application import Application, Parked
from shared.domain.errors import Conflict
from shared.domain.handled_result import HandledResult
from shared.settings.processes import Settings
from shared.storage.audit import make_entry
from shared.storage.database import Database
from shared.storage.documents import to_document
from shared.storage.loads import LOADED, LoadEntry
from shared.storage.queue_history import COLLECTION, Minute, QueueMinute
from tests.support.applications import NOW, awaiting, begun, provisioned, requested, verified


@pytest.fixture
async def documents(database_settings: Settings) -> AsyncIterator[Any]:
    """The collection itself."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        database_settings.need("mongodb_url"), tz_aware=True, uuidRepresentation="standard"
    )
    yield client[database_settings.mongodb_database]["applications"]
    client.close()


def result(id: UUID) -> HandledResult:
    return HandledResult(NOW, NotYet(application_id=id))


async def test_whatever_changes_the_document_is_what_a_new_one_would_be(database: Database, documents: Any) -> None:
    """Each step changes other fields: of the code, of the history, of results, and of marks that come and go."""
    one, two, three = uuid4(), uuid4(), uuid4()
    code = provisioned().code
    assert code
    steps: list[Callable[[Application], Application]] = [
        lambda a: replace(a, request="k1.sealed", importer="i", email="e").remember(one, result(a.id)),
        lambda a: a.park_message(Parked(two, "application-accepted", "our fault", NOW)),
        lambda a: a.await_code(code, NOW, "application-accepted").remember(two, result(a.id)),
        lambda a: a.count_try(),
        lambda a: a.verify("grant", NOW + timedelta(minutes=1), NOW, "check-code").remember(three, result(a.id)),
        lambda a: a.submit("k1.details", NOW, "submit-details"),
        lambda a: a.provision("A-1", NOW, "application-submitted"),
        lambda a: a.note(NOW, "email-refused (account-ready)"),
    ]
    application: Application | None = await database.applications.save(begun(uuid4()))
    for step in steps:
        assert application
        changed = await database.applications.save(step(application), application)
        found = await documents.find_one({"_id": changed.id})
        assert found == to_document(changed)
        application = await database.applications.load(changed.id)
        assert application
        assert to_document(application) == found


async def test_many_at_once_are_stored_each_unless_another_was_first(database: Database) -> None:
    stored = [await database.applications.save(requested_as(uuid4())) for _ in range(20)]
    late = stored[:3]
    for application in late:
        await database.applications.save(application.note(NOW, "meanwhile"), application)
    known = uuid4()
    await database.applications.save(requested_as(known))

    async def save(before: Application | None, after: Application) -> bool:
        """Whether it is there afterwards, as the processor would find out: a conflict makes it look."""
        try:
            await database.applications.save(after, before)
        except Conflict:
            found = await database.applications.load(after.id)
            return found is not None and MESSAGE in found.handled
        return True

    new = [begun(uuid4()).remember(MESSAGE, result(known)) for _ in range(5)]
    again = begun(known).remember(MESSAGE, result(known))
    changes = [(application, application.remember(MESSAGE, result(application.id))) for application in stored]
    told = await asyncio.gather(*(save(before, after) for before, after in [*changes, *((None, a) for a in new)]))
    assert told == [False] * 3 + [True] * 17 + [True] * 5
    assert not await save(None, again)
    assert all([await database.applications.load(application.id) for application in new])


async def test_who_stops_waiting_stops_nobody_else(database: Database) -> None:
    applications = [requested_as(uuid4()) for _ in range(6)]
    saves = [asyncio.create_task(database.applications.save(application)) for application in applications]
    await asyncio.sleep(0)
    for save in saves[::2]:
        save.cancel()
    await asyncio.gather(*saves, return_exceptions=True)
    assert all([await database.applications.load(application.id) for application in applications])


async def test_a_change_of_what_was_never_stored_is_a_conflict(database: Database) -> None:
    application = replace(requested_as(uuid4()), version=1)
    with pytest.raises(Conflict):
        await database.applications.save(application.note(NOW, "nothing"), application)
    assert await database.applications.load(application.id) is None


MESSAGE = uuid4()

SEALED = "k1." + "A" * 60

LATER = {"later": {"than": ["this"]}}


def requested_as(id: UUID) -> Application:
    return replace(requested(), id=id)


async def test_wrong_codes_are_counted_back_to_the_last_right_one_past_applications_that_have_no_code_yet(
    database: Database,
) -> None:
    key = {"importer": "i", "email": "e"}
    tried = awaiting(**key).count_try().count_try()
    for age, application in enumerate((requested(**key), tried, verified(**key).count_try(), awaiting(**key))):
        at = NOW - timedelta(minutes=age)
        await database.applications.save(replace(application, id=uuid4(), taken_at=at))
    assert await database.applications.count_wrong_codes("i", "e") == 2
    assert await database.applications.count_wrong_codes("i", "e", since=NOW - timedelta(seconds=30)) == 0
    assert await database.applications.count_wrong_codes("i", "another") == 0


async def test_fields_of_a_later_version_stay_whatever_changes(database: Database, documents: Any) -> None:
    """A later version may add a field to the document, its code, its results and its marks."""
    one, two = uuid4(), uuid4()
    code = provisioned().code
    assert code
    issued = CodeIssued(application_id=uuid4(), content=SEALED, due_at=NOW, expires_at=NOW)
    first = HandledResult(NOW, NotYet(application_id=uuid4()), (issued,), "mac")
    before = awaiting().remember(one, first).park_message(Parked(two, "check-code", "our fault", NOW))
    stored = await database.applications.save(replace(before, id=uuid4()))
    places = ("", "code.", f"handled.{one}.", f"parked.{two}.")
    later = {f"{place}of_a_later_version": LATER for place in places}
    await documents.update_one({"_id": stored.id}, {"$set": later})
    steps: list[Callable[[Application], Application]] = [
        lambda a: a.count_try(),
        lambda a: a.park_message(Parked(two, "check-code", "too old", NOW)),
        lambda a: a.verify("grant", NOW, NOW, "check-code"),  # drops the sealed code from the result
        lambda a: a.submit("k1.details", NOW, "submit-details").remember(uuid4(), result(a.id)),
    ]
    for step in steps:
        application = await database.applications.load(stored.id)
        assert application
        await database.applications.save(step(application), application)
    kept = {"_id": stored.id, "code.tries": 1, f"parked.{two}.reason": "too old", **later}
    assert await documents.find_one({**kept, "state": "submitted", f"handled.{one}.follow_ups": {"$exists": False}})


async def test_a_document_without_the_fields_that_came_later_is_read(database: Database, documents: Any) -> None:
    stored = await database.applications.save(requested_as(uuid4()))
    came_later = {"uniform": "", "grant": "", "problem": "", "code": "", "forgets_at": ""}
    await documents.update_one({"_id": stored.id}, {"$unset": came_later})
    found = await database.applications.load(stored.id)
    assert found == stored
    await database.applications.save(found.note(NOW, "check-code"), found)


async def test_what_operators_read_may_have_fields_of_a_later_version(database: Database, documents: Any) -> None:
    entry = make_entry("ada", "log in", "a login", "ada", NOW)
    load = LoadEntry(uuid4(), NOW, "ada", None, "portal users", LOADED, None, complete=False, rows=1, bad=0, changes={})
    minute = Minute(NOW, (QueueMinute("intake.start-application", 1, 0, 0, None, None),))
    await database.audit.add([entry])
    await database.loads.add(load)
    await database.queue_history.keep(minute)
    for name, place in (("audit", "later"), ("loads", "later"), (COLLECTION, "queues.0.later")):
        done = await documents.database[name].update_many({}, {"$set": {place: LATER}})
        assert done.modified_count == 1
    assert [found async for found in database.audit.list_latest(9)] == [entry]
    assert [found async for found in database.loads.list_latest(9)] == [load]
    assert await database.queue_history.list_since(NOW) == [minute]
