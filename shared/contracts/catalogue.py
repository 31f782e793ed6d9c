"""Every contract by its AMQP type, and decoding."""

from pydantic import ValidationError

from shared.contracts import commands, events, replies
from shared.contracts.breach import Breach, Breaches, explain, list_breaches
from shared.contracts.message import Command, Event, Message, Query, Reply

COMMANDS: tuple[type[Command], ...] = (
    commands.StartApplication,
    commands.CheckCode,
    commands.SubmitDetails,
    commands.AbandonApplication,
)
QUERIES: tuple[type[Query], ...] = (commands.AskOutcome,)
EVENTS: tuple[type[Event], ...] = (
    events.ApplicationAccepted,
    events.CodeIssued,
    events.CodeWithdrawn,
    events.ApplicationSubmitted,
    events.EmailDue,
    events.ResendRequested,
    events.EmailsSent,
    events.CodeEmailRefused,
    events.EmailRefused,
)
REPLIES: tuple[type[Reply], ...] = (
    replies.StartAccepted,
    replies.CodeAccepted,
    replies.DetailsTaken,
    replies.ApplicationAbandoned,
    replies.Refused,
    replies.NotYet,
    replies.ApplicationStatus,
)
CONTRACTS: dict[str, type[Message]] = {contract.TYPE: contract for contract in (*COMMANDS, *QUERIES, *EVENTS, *REPLIES)}


class BreaksContract(ValueError):
    """Bytes that are not the message they claim to be. Names the wrong fields, never their values."""

    def __init__(self, breaches: Breaches) -> None:
        super().__init__(explain(breaches))
        self.breaches = breaches


def decode(type_: str, body: bytes | str) -> Message:
    """The message of this type. Raises `BreaksContract`."""
    contract = CONTRACTS.get(type_)
    if contract is None:
        raise BreaksContract({"type": Breach.UNKNOWN})
    try:
        return contract.model_validate_json(body)
    except ValidationError as error:
        raise BreaksContract(list_breaches(error, "body")) from None
