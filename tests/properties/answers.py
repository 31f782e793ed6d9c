"""Replies in the model's words."""

from shared.contracts import catalogue
from shared.contracts.message import Reply
from shared.contracts.replies import (
    ApplicationAbandoned,
    ApplicationStatus,
    CodeAccepted,
    DetailsTaken,
    NotYet,
    Refused,
    StartAccepted,
)

UNAVAILABLE = "unavailable"
WORDS: dict[type[Reply], str] = {
    StartAccepted: "accepted",
    CodeAccepted: "accepted",
    DetailsTaken: "taken",
    ApplicationAbandoned: "abandoned",
    NotYet: "not-yet",
}
"""The model's names for replies."""


def said(reply: Reply) -> str:
    """A reply in the model's words."""
    return reply.problem.value if isinstance(reply, Refused) else WORDS[type(reply)]


def changes(reply: Reply) -> bool:
    """Whether only a command that changed something gets this reply."""
    return isinstance(reply, CodeAccepted | DetailsTaken) or (
        isinstance(reply, Refused) and said(reply) == "code-wrong"
    )


def recorded(outcome: ApplicationStatus) -> Reply:
    assert outcome.reply
    reply = catalogue.decode(outcome.reply.type, outcome.reply.body)
    assert isinstance(reply, Reply)
    return reply
