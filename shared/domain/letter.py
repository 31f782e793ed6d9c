"""The letters of an application, and how far each has come."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LEASE = timedelta(seconds=45)
"""How long a notifier may take to hand over a letter before another may try: longer than its mail server time-out."""


class LetterKind(StrEnum):
    """Which letter it is; the folder of its templates has this name."""

    VERIFICATION_CODE = "verification-code"
    IMPORTER_VIEW_CONFIRMED = "importer-view-confirmed"
    ACCOUNT_READY = "account-ready"
    ACCOUNT_CREATED_NOTICE = "account-created-notice"
    APPLICATION_REFUSED = "application-refused"


WELCOME = (LetterKind.IMPORTER_VIEW_CONFIRMED, LetterKind.ACCOUNT_READY, LetterKind.ACCOUNT_CREATED_NOTICE)
"""The letters that go out once an account was created."""


class LetterStatus(StrEnum):
    """How far a letter has come. `sent`: the mail server accepted it. `deferred`: it said to try again later.

    `refused`: it refused for good.
    """

    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"


@dataclass(frozen=True)
class Letter:
    """One letter of an application. `leased_until` is set while a notifier is handing it over."""

    status: LetterStatus
    at: datetime
    attempts: int = 0
    leased_until: datetime | None = None
    reason: str | None = None
