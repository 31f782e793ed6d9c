"""The kinds of email, and the status of each."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints


class EmailKind(StrEnum):
    """Which email it is. The folder of its templates has the same name."""

    VERIFICATION_CODE = "verification-code"
    IMPORTER_VIEW_CONFIRMED = "importer-view-confirmed"
    ACCOUNT_READY = "account-ready"
    ACCOUNT_CREATED_NOTICE = "account-created-notice"
    APPLICATION_REFUSED = "application-refused"
    REQUESTS_DIGEST = "requests-digest"


AnyEmailKind = Annotated[
    EmailKind | Annotated[str, StringConstraints(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=40)],
    Field(union_mode="left_to_right"),
]
"""A kind of email, perhaps one that only a later version knows."""


class EmailStatus(StrEnum):
    """The status of an email. `sent`: the mail server accepted it. `deferred`: not yet, so it is tried again.

    `refused`: the mail server refused the recipient's address for good. `parked`: among the dead letters until an
    operator replays it, because the failure is on our side: it cannot be rendered, or was not handed over in time.
    `withdrawn`: its code is over, so it does not go out any more.
    """

    SENDING = "sending"
    SENT = "sent"
    DEFERRED = "deferred"
    REFUSED = "refused"
    PARKED = "parked"
    WITHDRAWN = "withdrawn"
