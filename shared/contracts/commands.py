"""Commands and queries from the gateway to the workers. Their routing key is the type without its version."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.message import Command, Query, Sealed


class StartApplication(Command):
    """Page 1 was submitted. The application id is the UUIDv5 of the command's own id and the name ``application``."""

    TYPE: ClassVar[str] = "start-application.v1"
    request: Sealed = Field(description="Sealed AccountRequest.")


class CheckCode(Command):
    """A code was entered on page 2."""

    TYPE: ClassVar[str] = "check-code.v1"
    code: Sealed = Field(description="Sealed TypedCode.")


class SubmitDetails(Command):
    """Page 3 was submitted with its authorization."""

    TYPE: ClassVar[str] = "submit-details.v1"
    grant: Sealed = Field(description="Sealed Grant, as it came with the reply to the right code.")
    details: Sealed = Field(description="Sealed TypedDetails.")


class AbandonApplication(Command):
    """The person started over: the code is no longer valid."""

    TYPE: ClassVar[str] = "abandon-application.v1"


class AskOutcome(Query):
    """Asks what became of a command whose reply did not arrive in time."""

    TYPE: ClassVar[str] = "ask-outcome.v1"
    command_id: UUID = Field(description="The `message_id` of the command.")
