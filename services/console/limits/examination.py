"""Looks at what limits counted about a subject, and lifts it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.console.limits import report
from services.console.limits.subject import Subject
from services.console.servers.database import OpenDatabase
from shared.storage.audit import make_entry
from shared.storage.limits import Counted


async def examine(database: OpenDatabase, subject: Subject, now: datetime) -> list[Mapping[str, Any]]:
    """A line for each limit that counted something about it."""
    counted = await _find(database, subject)
    wrong_codes = await _count_wrong_codes(database, subject, counted)
    return [*report.describe(subject.find_limits(counted.tallies), counted, wrong_codes, now)]


async def lift(database: OpenDatabase, subject: Subject, *, operator: str, why: str, now: datetime) -> int | None:
    """Forgets what was counted, and writes down who did it and why; returns how many counts. None: there was nothing.

    Raises `TransientFailure`: then nothing is lifted that is not written down.
    """
    counted = await _find(database, subject)
    keys = [*counted.tallies, *counted.codes]
    if not keys and not await _count_wrong_codes(database, subject, counted):
        return None
    entry = make_entry(operator, "lift", "limits", f"{len(keys)} counts about {subject.shown}", now, why=why)
    await database.collections.audit.add([entry])
    await database.collections.limits.forget(keys)
    if subject.asked.importer:
        await database.collections.limits.lift(subject.asked.importer, now)
    return len(keys)


async def _find(database: OpenDatabase, subject: Subject) -> Counted:
    return await database.collections.limits.list_all(subject.keys, subject.beginnings)


async def _count_wrong_codes(database: OpenDatabase, subject: Subject, counted: Counted) -> int:
    """The most wrong codes in a row by one requester for an importer; 0 for other subjects."""
    importer, applications = subject.asked.importer, database.collections.applications
    if not importer:
        return 0
    emails = {application.email for application in await applications.find_by_index(importer=importer)}
    wrong = [await applications.count_wrong_codes(importer, email, counted.lifted_at) for email in emails if email]
    return max(wrong, default=0)
