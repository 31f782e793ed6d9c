"""Every contract by its AMQP type, and decoding."""

from pydantic import ValidationError

from shared.contracts import commands, events, replies
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


def decode(type_: str, body: bytes | str) -> Message:
    """The message of this type. Raises `BreaksContract`."""
    contract = CONTRACTS.get(type_)
    if contract is None:
        raise BreaksContract("unknown type")
    try:
        return contract.model_validate_json(body)
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False, include_context=False)
        names = sorted(
            {".".join(map(str, problem["loc"])) or "body" for problem in problems if _is_safe(problem["loc"])}
        )
        raise BreaksContract(f"{contract.TYPE}: wrong or missing: {', '.join(names) or 'body'}") from None


def _is_safe(location: tuple[int | str, ...]) -> bool:
    """Whether a location consists of our own names only. A mapping's key comes from outside."""
    return len(location) <= 1
