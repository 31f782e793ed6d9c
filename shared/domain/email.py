"""The emails of an application, and their status."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.contracts.email_kind import EmailKind, EmailStatus

LEASE = timedelta(seconds=45)
"""How long a notifier may take to hand over an email before another may try: longer than the mail server timeout."""


WELCOME = (EmailKind.IMPORTER_VIEW_CONFIRMED, EmailKind.ACCOUNT_READY, EmailKind.ACCOUNT_CREATED_NOTICE)
"""The emails that go out once an account is created."""


ENDED = frozenset({EmailStatus.SENT, EmailStatus.REFUSED})
"""Final statuses: the mail server has accepted or refused the email."""


@dataclass(frozen=True)
class Email:
    """One email of an application. `leased_until` is set while a notifier is handing it over."""

    status: EmailStatus
    at: datetime
    attempts: int = 0
    leased_until: datetime | None = None
    reason: str | None = None
