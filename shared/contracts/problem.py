"""Why an application or an entry was refused. The form words each problem; the codes are a contract."""

from enum import StrEnum


class Problem(StrEnum):
    """A problem's code."""

    EMAIL_IN_USE = "email-in-use"
    IMPORTER_NOT_MATCHED = "importer-not-matched"
    POC_EMAIL_MISSING = "poc-email-missing"
    CONTACT_RECENTLY_CHANGED = "contact-recently-changed"
    IMPORTER_ALREADY_LINKED = "importer-already-linked"
    FIELD_INVALID = "field-invalid"
    VERIFICATION_NEEDED = "verification-needed"
    TOO_MANY_REQUESTS = "too-many-requests"
    CODE_WRONG = "code-wrong"
    CODE_EXPIRED = "code-expired"
    DELAYED = "delayed"
    APPLICATION_LOCKED = "application-locked"
    POC_EMAIL_REFUSED = "poc-email-refused"
    SESSION_OVER = "session-over"
    UNAVAILABLE = "unavailable"
    CONTRACT_BROKEN = "contract-broken"
    VERSION_GONE = "version-gone"
