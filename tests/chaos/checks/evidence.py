"""What the system holds once everything is at rest: database, queues, dead letters, emails, logs."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from shared.domain.application import Application
from shared.domain.email import Email as EmailRecord


@dataclass(frozen=True)
class Command:
    """A command that the broker confirmed, as the gateway logged it."""

    id: UUID
    name: str
    reference: str


@dataclass(frozen=True)
class DeadLetter:
    """A message among the dead letters."""

    queue: str
    message_id: str
    application: str
    reason: str


@dataclass(frozen=True)
class DeliveredEmail:
    """An email that the mail server accepted."""

    message_id: str
    to: str
    subject: str
    reference: str
    code: str | None


@dataclass(frozen=True)
class Published:
    """A message that passed through one of the system's own exchanges."""

    exchange: str
    key: str
    name: str
    """Its type without the version."""
    id: str
    user: str
    """Who published it, as checked by the broker; empty if unknown."""
    origin: str
    """Who published it first, according to the forwarder; empty if it was not forwarded."""
    by_broker: bool
    """Whether the broker itself moved it here, in its publisher's name."""


@dataclass
class Evidence:
    """Everything found."""

    applications: dict[str, Application] = field(default_factory=dict)
    """By reference."""
    recorded: dict[str, dict[str, EmailRecord]] = field(default_factory=dict)
    """What the notifier recorded of each application's emails, by reference."""
    documents: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Each collection in the database."""
    commands: list[Command] = field(default_factory=list)
    dead: list[DeadLetter] = field(default_factory=list)
    waiting: dict[str, int] = field(default_factory=dict)
    """Messages that never came to rest, by queue."""
    emails: list[DeliveredEmail] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    """References of applications with an email to an address that the mail server did not know."""
    published: list[Published] = field(default_factory=list)
    users: dict[str, str] = field(default_factory=dict)
    """Each service's broker user: its own, or one for all."""
    prober: str = ""
    """The broker user of the suite's own questions."""
    messages: int = 0
    copies: int = 0
    """Messages that passed through the broker more than once with the same id and purpose."""
    clear: list[str] = field(default_factory=list)
    """Everything that must not contain personal data: messages, documents, logs."""
    log_lines: list[dict[str, Any]] = field(default_factory=list)
