"""Emails as `acectl emails list` shows them: never to whom."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.domain import reference
from shared.domain.application import Application
from shared.domain.email import OVER, Email, list_due
from shared.storage.database import Database

DUE = "due"
"""An email that its mailer has not begun: nothing is recorded of it."""

NOT_OUT = tuple(status for status in EmailStatus if status not in OVER)


@dataclass(frozen=True)
class EmailFilter:
    """Which emails to list. No status: all that are not out."""

    since: datetime
    """Only those that changed since this time, or whose application began since then."""
    status: EmailStatus | None = None
    kind: EmailKind | None = None
    application: UUID | None = None


async def list_emails(database: Database, wanted: EmailFilter, most: int) -> list[dict[str, Any]]:
    """The emails, those that changed last first; before them those that are due and not begun, oldest first."""
    statuses = (wanted.status,) if wanted.status else NOT_OUT
    found = await database.email_status.list_latest(
        most, wanted.since, statuses, kind=wanted.kind, application=wanted.application
    )
    due = [] if wanted.status else await _find_not_begun(database, wanted)
    return [*due, *(_describe(id, kind, email) for id, kind, email in found)][:most]


async def _find_not_begun(database: Database, wanted: EmailFilter) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    async for application in database.applications.list_unfinished(wanted.since, ()):
        if wanted.application in (None, application.id):
            emails = await database.email_status.find(application.id)
            found += [_describe_due(application, kind) for kind in _drop_begun(application, emails, wanted.kind)]
    return found


def _drop_begun(
    application: Application, emails: Mapping[EmailKind, Email], only: EmailKind | None
) -> Iterable[EmailKind]:
    return (kind for kind in list_due(application) if kind not in emails and only in (None, kind))


def _describe_due(application: Application, kind: EmailKind) -> dict[str, Any]:
    at = next(entry.at for entry in application.history if entry.state is application.state)
    return {**_describe(application.id, kind, Email(EmailStatus.SENDING, at)), "status": DUE}


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
