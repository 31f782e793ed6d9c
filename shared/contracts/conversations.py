"""Who sends which message, which replies it may get, and what the sealed fields contain.

Callers and the documents generated for them need this; workers check an event's sender by it.
"""

from dataclasses import dataclass

from shared.contracts import commands, events, replies, sealed
from shared.contracts.message import Command, Event, Message, Query, Reply
from shared.contracts.problem import Problem

FORM = "gateway"
"""The broker user of our own form. Gateways of others have names of their own."""

SENDERS: dict[type[Message], tuple[str, ...]] = {
    commands.StartApplication: (FORM,),
    commands.CheckCode: (FORM,),
    commands.SubmitDetails: (FORM,),
    commands.AbandonApplication: (FORM,),
    commands.AskOutcome: (FORM,),
    events.ApplicationAccepted: ("intake",),
    events.ApplicationSubmitted: ("intake",),
    events.CodeIssued: ("verifier",),
    events.CodeWithdrawn: ("verifier",),
    events.DigestDue: ("verifier",),
    events.EmailDue: ("provisioner",),
    events.ResendRequested: ("console",),
    events.EmailsSent: ("general-mailer",),
    events.CodeEmailRefused: ("code-mailer",),
    events.EmailRefused: ("general-mailer",),
}
"""The programs that publish each command, query and event."""


@dataclass(frozen=True)
class PossibleReplies:
    """The possible replies to a command or query."""

    replies: tuple[type[Reply], ...]
    problems: frozenset[Problem]
    """The problems that a refusal can name."""


_ALWAYS = frozenset({Problem.SESSION_OVER, Problem.UNAVAILABLE, Problem.CONTRACT_BROKEN, Problem.VERSION_GONE})
"""The application has ended or belongs to another gateway; the command is among the dead letters, or cannot be read."""

POSSIBLE_REPLIES: dict[type[Command | Query], PossibleReplies] = {
    commands.StartApplication: PossibleReplies(
        (replies.StartAccepted, replies.Refused),
        _ALWAYS
        | {
            Problem.EMAIL_IN_USE,
            Problem.IMPORTER_NOT_MATCHED,
            Problem.POC_EMAIL_MISSING,
            Problem.CONTACT_RECENTLY_CHANGED,
            Problem.IMPORTER_ALREADY_LINKED,
            Problem.FIELD_INVALID,
            Problem.VERIFICATION_NEEDED,
            Problem.TOO_MANY_REQUESTS,
        },
    ),
    commands.CheckCode: PossibleReplies(
        (replies.CodeAccepted, replies.NotYet, replies.Refused),
        _ALWAYS
        | {
            Problem.CODE_WRONG,
            Problem.CODE_EXPIRED,
            Problem.DELAYED,
            Problem.APPLICATION_LOCKED,
            Problem.IMPORTER_NOT_MATCHED,
            Problem.POC_EMAIL_MISSING,
            Problem.CONTACT_RECENTLY_CHANGED,
            Problem.POC_EMAIL_REFUSED,
            Problem.IMPORTER_ALREADY_LINKED,
            Problem.EMAIL_IN_USE,
        },
    ),
    commands.SubmitDetails: PossibleReplies(
        (replies.DetailsTaken, replies.Refused), _ALWAYS | {Problem.DELAYED, Problem.FIELD_INVALID}
    ),
    commands.AbandonApplication: PossibleReplies((replies.ApplicationAbandoned, replies.Refused), _ALWAYS),
    commands.AskOutcome: PossibleReplies(
        (replies.ApplicationStatus, replies.Refused),
        frozenset({Problem.SESSION_OVER, Problem.CONTRACT_BROKEN, Problem.VERSION_GONE}),
    ),
}


@dataclass(frozen=True)
class SealedField:
    """A sealed field: its content, and the key ring that seals it."""

    content: type[sealed.SealedContent]
    ring: str = "commands"


SEALED_FIELDS: dict[tuple[type[Message], str], SealedField] = {
    (commands.StartApplication, "request"): SealedField(sealed.AccountRequest),
    (commands.CheckCode, "code"): SealedField(sealed.TypedCode),
    (commands.SubmitDetails, "grant"): SealedField(sealed.Grant),
    (commands.SubmitDetails, "details"): SealedField(sealed.TypedDetails),
    (replies.StartAccepted, "sent_to"): SealedField(sealed.AddressHint),
    (replies.CodeAccepted, "grant"): SealedField(sealed.Grant),
    (replies.ApplicationStatus, "account_name"): SealedField(sealed.AccountName),
    (events.CodeIssued, "content"): SealedField(sealed.CodeEmail, "code_email"),
    (events.DigestDue, "content"): SealedField(sealed.RequestsDigest, "code_email"),
    (events.EmailDue, "content"): SealedField(sealed.DueEmail, "email"),
}


def find_kind(contract: type[Message]) -> type[Message]:
    """Whether it is a `Command`, `Query`, `Event` or `Reply`."""
    return next(kind for kind in (Command, Query, Event, Reply) if issubclass(contract, kind))
