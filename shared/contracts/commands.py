"""What the gateway asks of the workers. The routing key on `ace.commands` is the type without its version."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.message import Command, Query, Sealed


class StartApplication(Command):
    """Page 1 was sent. The application id is UUIDv5 of the command's own id, name ``application``."""

    TYPE: ClassVar[str] = "start-application.v1"
    request: Sealed = Field(description="Sealed AccountRequest.")


class CheckCode(Command):
    """A code was entered on page 2."""

    TYPE: ClassVar[str] = "check-code.v1"
    code: Sealed = Field(description="Sealed TypedCode.")


class SubmitDetails(Command):
    """Page 3 was submitted with its authorization."""

    TYPE: ClassVar[str] = "submit-details.v1"
    grant: Sealed = Field(description="Sealed Grant, as the answer to the right code brought it.")
    details: Sealed = Field(description="Sealed TypedDetails.")


class AbandonApplication(Command):
    """The person went back to the beginning: the code is dead from now on."""

    TYPE: ClassVar[str] = "abandon-application.v1"


class AskOutcome(Query):
    """What became of a command? Asked when its reply did not come in time."""

    TYPE: ClassVar[str] = "ask-outcome.v1"
    command_id: UUID = Field(description="The `message_id` of the command.")
