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
    """How far a letter has come. `sent`: the mail server accepted it. `deferred`: it did not, and it is tried again.

    `refused`: it refused the recipient's address for good. `parked`: among the dead letters until an operator sends it
    back, because the trouble is ours: it cannot be written, or could not be handed over in time.
    """

    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    PARKED = "parked"


ENDED = frozenset({LetterStatus.SENT, LetterStatus.REFUSED})
"""What the mail server has said its last word about."""


@dataclass(frozen=True)
class Letter:
    """One letter of an application. `leased_until` is set while a notifier is handing it over."""

    status: LetterStatus
    at: datetime
    attempts: int = 0
    leased_until: datetime | None = None
    reason: str | None = None
