"""Reports count applications by day, by reason and by the time that they took; a minute of the queues is kept once."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from motor.motor_asyncio import AsyncIOMotorClient

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.email import Emails
from shared.settings.processes import Settings
from shared.storage.database import Database
from shared.storage.queue_history import Minute, QueueMinute
from shared.storage.reports import CodeEmails, Day, Summary
from tests.support.applications import NOW, awaiting, begun, provisioned, requested, verified

CODE = EmailKind.VERIFICATION_CODE

EVENING = datetime(2026, 11, 3, 3, 0, tzinfo=UTC)
"""Still November 2 in Washington."""

HOUR = timedelta(hours=1)


def created(began: datetime, took: timedelta) -> Application:
    """An application with an account."""
    application = provisioned()
    *before, last = application.history
    assert last.state is State.PROVISIONED
    history = (*(replace(entry, at=began) for entry in before), replace(last, at=began + took))
    return replace(application, id=uuid4(), taken_at=began, history=history)


def refused(began: datetime, problem: Problem) -> Application:
    return replace(begun(uuid4(), began).reject(problem, began, "start-application"), taken_at=began)


def decoy(began: datetime) -> Application:
    """What a stranger guessed above a ceiling: it looks like one that awaits its code."""
    return replace(awaiting(uniform=True, importer=None), id=uuid4(), taken_at=began)


async def test_applications_are_counted_by_the_day_in_washington_by_reason_and_by_time(database: Database) -> None:
    for application in (
        created(EVENING, timedelta(minutes=4)),
        created(EVENING + 3 * HOUR, timedelta(minutes=5)),
        created(EVENING + 3 * HOUR, 7 * HOUR),
        refused(EVENING, Problem.EMAIL_IN_USE),
        refused(EVENING + 3 * HOUR, Problem.IMPORTER_NOT_MATCHED),
        refused(EVENING + 3 * HOUR, Problem.IMPORTER_NOT_MATCHED),
        refused(EVENING - 30 * HOUR, Problem.IMPORTER_NOT_MATCHED),
        decoy(EVENING),
        decoy(EVENING).move_to(State.EXPIRED, EVENING + HOUR, "sweep"),
    ):
        await database.applications.save(application)
    since, bounds = EVENING - HOUR, [timedelta(minutes=5), 6 * HOUR]
    summary = await database.reports.summarize(since, bounds)
    assert summary.days == [Day("2026-11-03", 4, 2, 2), Day("2026-11-02", 2, 1, 1)]
    assert list(summary.refusals.items()) == [("importer-not-matched", 2), ("email-in-use", 1)]
    assert summary.durations == [1, 1, 1]
    assert summary.decoys == 2
    assert State.EXPIRED not in summary.reached
    assert summary.reached[State.REQUESTED] == 6
    assert await database.reports.count_reached(since) == summary.reached
    none = await database.reports.summarize(EVENING + 9 * HOUR, bounds)
    assert none == Summary(days=[], reached={}, refusals={}, durations=[0, 0, 0], decoys=0)


async def an_email(database: Database, application: Application, status: EmailStatus | None, after: float) -> None:
    """Stores an application, and what became of its code email so many seconds after its request."""
    await database.applications.save(application)
    at = application.taken_at + timedelta(seconds=after)
    if status is EmailStatus.WITHDRAWN:
        await database.emails.save(Emails(application.id).withdraw(CODE, at))
    elif status:
        claimed = await database.emails.save(Emails(application.id).claim(CODE, at))
        await database.emails.save(claimed.record(CODE, status, at, attempt=1))


async def test_code_emails_count_from_the_click_even_while_nobody_issues_codes(database: Database) -> None:
    at, within = NOW + HOUR / 2, timedelta(seconds=10)

    def one(make: Callable[..., Application], importer: str | None = "one", ago: float = 60) -> Application:
        made = make(importer=importer, uniform=importer is None)
        return replace(made, id=uuid4(), taken_at=at - timedelta(seconds=ago))

    given_up = one(requested).move_to(State.ABANDONED, at, "abandon-application")
    for application, status, after in (
        (one(awaiting), EmailStatus.SENT, 3),
        (one(verified), EmailStatus.SENT, 10),
        (one(awaiting), EmailStatus.SENT, 11),
        (one(awaiting), EmailStatus.DEFERRED, 5),
        (one(requested), None, 0),
        (one(requested, ago=4), None, 0),
        (one(requested, importer=None), None, 0),
        (one(awaiting, importer=None), None, 0),
        (one(awaiting), EmailStatus.REFUSED, 1),
        (one(awaiting), EmailStatus.WITHDRAWN, 50),
        (given_up, None, 0),
        (one(requested).reject(Problem.EMAIL_IN_USE, at, "application-accepted"), None, 0),
    ):
        await an_email(database, application, status, after)
    measured = await database.reports.measure_code_emails(at - HOUR, at, within, 20)
    assert measured == CodeEmails(in_time=2, late=1, not_out=2, never=2)
    assert (await database.reports.measure_code_emails(at - HOUR, at, within, 9)).are_latest


async def test_deliveries_tell_what_is_late_from_what_was_late_before(database: Database) -> None:
    at = NOW + timedelta(minutes=16)

    async def record(
        status: EmailStatus, minutes: float, reason: str, kind: EmailKind = CODE, *, is_valid: bool = True
    ) -> None:
        when, application = NOW + timedelta(minutes=minutes), awaiting()
        assert application.code
        code = replace(application.code, expires_at=at + timedelta(seconds=1 if is_valid else -1))
        emails = Emails((await database.applications.save(replace(application, id=uuid4(), code=code))).id)
        if status is EmailStatus.PARKED:
            await database.emails.save(emails.park(kind, uuid4(), reason, when))
        else:
            claimed = await database.emails.save(emails.claim(kind, when))
            await database.emails.save(claimed.record(kind, status, when, attempt=1, reason=reason))

    await record(EmailStatus.PARKED, 15, "a wrong key")
    await record(EmailStatus.PARKED, 15.5, "later", is_valid=False)
    await record(EmailStatus.DEFERRED, 4, "the mail server is away")
    await record(EmailStatus.SENT, 15.8, "", EmailKind.ACCOUNT_READY)
    found = await database.overview.summarize_deliveries(NOW - HOUR, at)
    assert (found.parked_codes, found.parked_because) == (1, "a wrong key")
    assert (found.deferred_codes, found.deferred_at) == (1, NOW + timedelta(minutes=4))
    assert found.code_deferred_at == found.deferred_at
    assert found.reason == "the mail server is away"
    assert (found.last_sent_at, found.code_sent_at) == (NOW + timedelta(minutes=15.8), None)
    await record(EmailStatus.SENT, 16, "")
    found = await database.overview.summarize_deliveries(NOW - HOUR, at)
    assert (found.parked_codes, found.code_sent_at) == (0, at)


async def test_two_consoles_keep_a_minute_once(database: Database) -> None:
    minute = Minute(NOW, (QueueMinute("verifier.check-code", 1, 0, 0, None, None),))
    await asyncio.gather(*(database.queue_history.keep(minute) for _ in range(20)))
    assert await database.queue_history.list_since(NOW) == [minute]


async def test_the_database_gives_up_what_the_health_line_asks_for(
    database: Database, database_settings: Settings
) -> None:
    await database.emails.save(Emails(uuid4()).park(CODE, uuid4(), "a wrong key", NOW))
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(database_settings.need("mongodb_url"))
    profiled = client[database_settings.mongodb_database]
    await profiled.command("profile", 2)
    await asyncio.gather(
        database.importers.find_any(),
        database.overview.count_waiting(NOW),
        database.overview.summarize_deliveries(NOW, NOW),
        database.due_code_emails.find_oldest(),
    )
    found = await profiled["system.profile"].find({"op": {"$in": ["query", "command"]}}).to_list(None)
    reads = [one["command"] for one in found if {"find", "aggregate"} & one["command"].keys()]
    assert len(reads) == 5
    assert all(read.get("maxTimeMS") for read in reads)
    client.close()
