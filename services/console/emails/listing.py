"""Emails as `acectl emails list` shows them: never to whom."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from services.console.emails.resend import find_decision, find_waiting_resend
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.domain import reference
from shared.domain.application import Application
from shared.domain.email import OVER, Email, list_due
from shared.domain.present_state import find_status
from shared.storage.database import Database
from shared.storage.overview import DUE

NOT_OUT = tuple(status for status in EmailStatus if status not in OVER)


@dataclass(frozen=True)
class EmailFilter:
    """Which emails to list. No status: all that are not out."""

    since: datetime
    """Only those that changed since this time, or whose application began since then."""
    status: EmailStatus | None = None
    kind: EmailKind | None = None
    application: UUID | None = None


async def list_emails(database: Database, wanted: EmailFilter, most: int, now: datetime) -> list[dict[str, Any]]:
    """The emails, those that changed last first; before them those that are due and not begun, oldest first."""
    statuses = (wanted.status,) if wanted.status else NOT_OUT
    found = await database.email_status.list_latest(
        most, wanted.since, statuses, kind=wanted.kind, application=wanted.application
    )
    due = [] if wanted.status else await _find_not_begun(database, wanted)
    return [*due, *[line async for line in _describe_open(database, found, statuses, now)]][:most]


async def _describe_open(
    database: Database,
    found: list[tuple[UUID, EmailKind, Email]],
    statuses: tuple[EmailStatus, ...],
    now: datetime,
) -> AsyncIterator[dict[str, Any]]:
    """Those that still have one of these statuses: a code that is over is not waited for, nor a mailer that died."""
    for id, kind, email in found:
        application = await database.applications.load(id) if kind is EmailKind.VERIFICATION_CODE else None
        status = find_status(application, kind, email, now)
        if status is None or status in statuses:
            yield {**_describe(id, kind, email), "status": status or DUE}


async def _find_not_begun(database: Database, wanted: EmailFilter) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async for application in database.applications.list_unfinished(wanted.since, ()):
        if wanted.application in (None, application.id):
            emails = await database.email_status.find(application.id)
            found += list_not_begun(application, emails, wanted.kind)
    return found


def list_not_begun(
    application: Application, emails: Mapping[EmailKind, Email], only: EmailKind | None = None
) -> Iterator[dict[str, Any]]:
    """An application's emails, and resends of them, that are due and that no mailer has begun."""
    for kind in list_due(application):
        email = emails.get(kind)
        since = find_waiting_resend(application, kind, emails) if email else find_decision(application)
        if since and only in (None, kind):
            begun = replace(email, at=since) if email else Email(EmailStatus.SENDING, since)
            yield {**_describe(application.id, kind, begun), "status": DUE}


def _describe(id: UUID, kind: EmailKind, email: Email) -> dict[str, Any]:
    return {
        "reference": reference.derive(id),
        "email": kind.value,
        "status": email.status.value,
        "since": email.at,
        "attempts": email.attempt,
        "resends": email.resend,
        "parked": email.parked,
        "reason": email.reason,
        "application": id,
    }
