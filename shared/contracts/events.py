"""Events between the workers. The routing key on `ace.events` is the type without its version."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field

from shared.contracts.email_kind import EmailKind
from shared.contracts.message import Event, Sealed, Time


class ApplicationAccepted(Event):
    """The four validations passed: a code must be issued within an hour of `taken_at`."""

    TYPE: ClassVar[str] = "application-accepted.v1"
    taken_at: Time = Field(description="When the gateway took the start command.")


class CodeIssued(Event):
    """A code was issued: email it to the point of contact before `expires_at`."""

    TYPE: ClassVar[str] = "code-issued.v1"
    code: Sealed = Field(description="Sealed IssuedCode.")
    expires_at: Time

    @property
    def deadline(self) -> datetime:
        """When the code expires. Nobody needs it after that."""
        return self.expires_at


class ApplicationSubmitted(Event):
    """Details and authorization were submitted: create the account."""

    TYPE: ClassVar[str] = "application-submitted.v1"


class EmailDue(Event):
    """An email must be rendered and handed to the mail server. One message per email."""

    TYPE: ClassVar[str] = "email-due.v1"
    email: EmailKind
