"""The kinds of emails, and how far one has come."""

from enum import StrEnum


class EmailKind(StrEnum):
    """Which email it is; the folder of its templates has this name."""

    VERIFICATION_CODE = "verification-code"
    IMPORTER_VIEW_CONFIRMED = "importer-view-confirmed"
    ACCOUNT_READY = "account-ready"
    ACCOUNT_CREATED_NOTICE = "account-created-notice"
    APPLICATION_REFUSED = "application-refused"


class EmailStatus(StrEnum):
    """How far an email has come. `sent`: the mail server accepted it. `deferred`: it did not, and it is tried again.

    `refused`: it refused the recipient's address for good. `parked`: among the dead letters until an operator sends it
    back, because the trouble is ours: it cannot be written, or could not be handed over in time.
    """

    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    PARKED = "parked"
