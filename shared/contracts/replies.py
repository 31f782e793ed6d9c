"""The workers' replies."""

from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.message import Reply, Sealed, Ticket, Time
from shared.contracts.problem import Problem
from shared.contracts.state import State

TriesLeft = Annotated[int, Field(ge=0, le=100)]
"""No authenticator may allow more than a hundred failures in a row (NIST SP 800-63B-4, 3.2.2). We allow five."""


class StartAccepted(Reply):
    """The four validations passed; a code will be issued and sent."""

    TYPE: ClassVar[str] = "start-accepted.v1"
    reference: str = Field(description="``ACE-XXXX-XXXX``")
    sent_to: Sealed | None = Field(
        None, description="Sealed AddressHint: the point of contact's email address, masked."
    )
    uniform: bool = Field(
        False,
        description="A code goes out only if number and name match a record. The page must say so.",
    )


class CodeAccepted(Reply):
    """The code was right. Submit-details must include the grant."""

    TYPE: ClassVar[str] = "code-accepted.v1"
    grant: Sealed = Field(description="Sealed Grant.")
    details_until: Time = Field(description="Until when the details can be submitted.")


class DetailsTaken(Reply):
    """The details were taken. To learn whether the account was created, send ask-outcome until `submitted` ends."""

    TYPE: ClassVar[str] = "details-taken.v1"


class ApplicationAbandoned(Reply):
    """The application is closed and its code no longer valid."""

    TYPE: ClassVar[str] = "application-abandoned.v1"


class Refused(Reply):
    """The command was refused, and why."""

    TYPE: ClassVar[str] = "refused.v1"
    problem: Problem
    tries_left: TriesLeft | None = Field(None, description="With code-wrong: how many more codes may be tried.")
    retry_at: Time | None = Field(
        None, description="With too-many-requests, verification-needed, contact-recently-changed: when to come back."
    )
    ticket: Ticket | None = Field(
        None, description="The same request passes if it is sent with this ticket from `retry_at` on."
    )
    fields: dict[str, str] | None = Field(None, description="With field-invalid: the rule that each field breaks.")
    reason: str | None = Field(
        None,
        description="For the gateway's author. With contract-broken: each part that breaks its contract, and the rule "
        "(``request: missing, taken_at: no-zone``). With version-gone: which are taken. "
        "With unavailable: why, in words.",
    )


class NotYet(Reply):
    """Nothing is decided yet: the application or its code is still on its way."""

    TYPE: ClassVar[str] = "not-yet.v1"


class RecordedReply(BaseModel):
    """An earlier reply, for a caller that missed it."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, defer_build=True, cache_strings="keys"
    )

    type: str
    body: str = Field(description="The reply's JSON.")


class ApplicationStatus(Reply):
    """The answer to ask-outcome: what became of the command, and the application's state."""

    TYPE: ClassVar[str] = "application-status.v1"
    status: Literal["pending", "known", "parked"] = Field(
        description="pending: not decided, or nothing changed. parked: among the dead letters."
    )
    reply: RecordedReply | None = Field(None, description="With known: the reply.")
    reason: str | None = Field(None, description="With parked: why, as in refused.")
    state: State | None = Field(None, description="Unset if there is no such application yet.")
    problem: Problem | None = Field(None, description="Why it was rejected; if it expired by our fault, `delayed`.")
    expires_at: Time | None = Field(None, description="When the code expires.")
    tries_left: TriesLeft | None = None
    emails: dict[EmailKind, EmailStatus] = Field(default_factory=dict)
    account: str | None = Field(None, description="The number of the account that was created.")
    session_over: bool = Field(
        False, description="The requester ended the session after Submit: show nobody more of it."
    )
    account_name: Sealed | None = Field(
        None, description="With account. Sealed AccountName: as in the importer record."
    )
