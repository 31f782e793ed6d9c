"""Every contract by its AMQP type, and decoding."""

from shared.contracts import commands, events, replies
from shared.contracts.breach import Breach, BreaksContract
from shared.contracts.message import Command, Event, Message, Query, Reply
from shared.contracts.versions import VERSIONS

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
    events.DigestDue,
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
OLD: tuple[type[Message], ...] = tuple(version.contract for version in VERSIONS.old)
"""Versions that are still taken beside these."""

CONTRACTS: dict[str, type[Message]] = {
    contract.TYPE: contract for contract in (*COMMANDS, *QUERIES, *EVENTS, *REPLIES, *OLD)
}


def decode(type_: str, body: bytes | str) -> Message:
    """The message of this type, in its own version. Raises `BreaksContract`."""
    contract = CONTRACTS.get(type_)
    if contract is None:
        raise BreaksContract({"type": Breach.UNKNOWN})
    return contract.parse(body)
