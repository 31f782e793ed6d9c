"""Events between the workers. The routing key on `ace.events` is the type without its version."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar
from uuid import UUID, uuid5

from pydantic import Field

from shared.contracts.email_kind import AnyEmailKind, EmailKind
from shared.contracts.message import MOST_TIMES, Event, Sealed, Time

DIGEST_TRIED_FOR = timedelta(days=3)
"""How long a digest that is due is tried. Later it is no news."""

Resends = Annotated[int, Field(ge=0, le=MOST_TIMES)]


class ApplicationAccepted(Event):
    """The four validations passed: a code must be issued within an hour of `taken_at`."""

    TYPE: ClassVar[str] = "application-accepted.v1"
    taken_at: Time = Field(description="When the gateway took the start command.")


class CodeIssued(Event):
    """A code was issued: email it to the point of contact before `expires_at`."""

    TYPE: ClassVar[str] = "code-issued.v1"
    content: Sealed = Field(description="Sealed CodeEmail.")
    due_at: Time = Field(description="When the email became due: when its requester sent the form, as intake took it.")
    expires_at: Time

    @property
    def deadline(self) -> datetime:
        """When the code expires. Nobody needs it after that."""
        return self.expires_at


class DigestDue(Event):
    """Some requests got no code for a day, because their contact's address had too many: email it a list of them."""

    TYPE: ClassVar[str] = "digest-due.v1"
    application_id: UUID = Field(description="The digest's own id: it is about several requests, and no application.")
    content: Sealed = Field(description="Sealed RequestsDigest.")
    since: Time = Field(description="When the day began, in Eastern time.")
    due_at: Time = Field(description="When the email became due.")

    @property
    def deadline(self) -> datetime:
        """When the digest is no news any more."""
        return self.due_at + DIGEST_TRIED_FOR

    @property
    def own_id(self) -> UUID:
        """A digest is due once, whichever verifier notices."""
        return uuid5(self.application_id, self.name())


class CodeWithdrawn(Event):
    """The application no longer awaits its code, so the code is not emailed any more."""

    TYPE: ClassVar[str] = "code-withdrawn.v1"

    @property
    def own_id(self) -> UUID:
        """A code is withdrawn once."""
        return uuid5(self.application_id, self.name())


class ApplicationSubmitted(Event):
    """Details and authorization were submitted: create the account."""

    TYPE: ClassVar[str] = "application-submitted.v1"


class EmailDue(Event):
    """An email must be rendered and handed to the mail server. One message per email."""

    TYPE: ClassVar[str] = "email-due.v1"
    IN_CLEAR: ClassVar[Mapping[str, Any]] = {"email": AnyEmailKind, "resend": Resends}
    email: EmailKind
    content: Sealed = Field(description="Sealed DueEmail.")
    due_at: Time = Field(description="When the email became due.")
    resend: Resends = Field(0, description="Which resend of this email it is; 0 for the first time.")


class ResendRequested(Event):
    """An operator asks to send an email about a decided application once more."""

    TYPE: ClassVar[str] = "resend-requested.v1"
    email: EmailKind
    resend: int = Field(ge=1, le=MOST_TIMES, description="Which resend of this email it is.")

    @property
    def own_id(self) -> UUID:
        """A resend is requested once, however often the command runs before the email is out."""
        return uuid5(self.application_id, f"{self.name()} {self.email} {self.resend}")


class EmailsSent(Event):
    """The mail server accepted both emails to the requester: the application is complete."""

    TYPE: ClassVar[str] = "emails-sent.v1"

    @property
    def own_id(self) -> UUID:
        """They are sent once, whoever notices."""
        return uuid5(self.application_id, self.name())


class CodeEmailRefused(Event):
    """The mail server refused the point of contact's address for good."""

    TYPE: ClassVar[str] = "code-email-refused.v1"
    attempt: int = Field(ge=1, le=MOST_TIMES, description="Which attempt at the email was refused.")

    @property
    def own_id(self) -> UUID:
        """An attempt is refused once."""
        return uuid5(self.application_id, f"{self.name()} {self.attempt}")


class EmailRefused(Event):
    """The mail server refused the recipient of another email for good."""

    TYPE: ClassVar[str] = "email-refused.v1"
    email: EmailKind
    attempt: int = Field(ge=1, le=MOST_TIMES, description="Which attempt at the email was refused.")

    @property
    def own_id(self) -> UUID:
        """An attempt is refused once."""
        return uuid5(self.application_id, f"{self.name()} {self.email} {self.attempt}")
