"""Reports count applications by day, by reason and by the time that they took."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import Application
from shared.storage.database import Database
from shared.storage.reports import Day
from tests.support.applications import begun, provisioned

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


async def test_applications_are_counted_by_the_day_in_washington_by_reason_and_by_time(database: Database) -> None:
    for application in (
        created(EVENING, timedelta(minutes=4)),
        created(EVENING + 3 * HOUR, timedelta(minutes=5)),
        created(EVENING + 3 * HOUR, 7 * HOUR),
        refused(EVENING, Problem.EMAIL_IN_USE),
        refused(EVENING + 3 * HOUR, Problem.IMPORTER_NOT_MATCHED),
        refused(EVENING + 3 * HOUR, Problem.IMPORTER_NOT_MATCHED),
        refused(EVENING - 30 * HOUR, Problem.IMPORTER_NOT_MATCHED),
    ):
        await database.applications.save(application)
    since = EVENING - HOUR
    assert await database.reports.count_days(since) == [Day("2026-11-03", 4, 2, 2), Day("2026-11-02", 2, 1, 1)]
    refusals = await database.reports.count_refusals(since)
    assert list(refusals.items()) == [("importer-not-matched", 2), ("email-in-use", 1)]
    bounds = [timedelta(minutes=5), 6 * HOUR]
    assert await database.reports.count_durations(since, bounds) == [1, 1, 1]
    assert await database.reports.count_durations(EVENING + 9 * HOUR, bounds) == [0, 0, 0]
