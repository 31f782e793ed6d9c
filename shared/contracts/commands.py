"""Commands and queries from the gateway to the workers. Their routing key is the type without its version."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.contracts.message import Command, Query, Sealed, Ticket

NetworkTag = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""A keyed hash of a network (`shared.security.networks`): it can be counted, but nobody learns the address."""


class StartApplication(Command):
    """Page 1 was submitted. The application id is the UUIDv5 of the command's own id and the name ``application``."""

    TYPE: ClassVar[str] = "start-application.v1"
    request: Sealed = Field(description="Sealed AccountRequest.")
    networks: tuple[NetworkTag, ...] = Field(
        (),
        max_length=4,
        description="Tags of the visitor's networks, the narrowest first.",
    )
    verified_by: Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,32}$")] | None = Field(
        None, description="The human verification that the visitor passed. Only believed of trusted gateways."
    )
    ticket: Ticket | None = Field(None, description="From an earlier refusal of this request.")


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
    """The person started over: the code is no longer valid. After Submit: the person ended the session."""

    TYPE: ClassVar[str] = "abandon-application.v1"


class AskOutcome(Query):
    """Asks what became of a command whose reply did not arrive in time."""

    TYPE: ClassVar[str] = "ask-outcome.v1"
    command_id: UUID = Field(description="The `message_id` of the command.")
