"""A step: how a service decides about one type of message. Everything else is the worker loop's."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar
from uuid import UUID

from shared.contracts.email_kind import EmailKind
from shared.contracts.message import Message
from shared.domain.account import Account
from shared.domain.application import Application
from shared.domain.decision import Decision
from shared.domain.email import Email

M = TypeVar("M", bound=Message)
F = TypeVar("F")


@dataclass(frozen=True)
class Situation:
    """What the loop knows when a message is decided."""

    application: Application | None
    """As stored; nothing where there is none."""
    message_id: UUID
    user: str
    """Who sent the message, as the broker checked it."""
    now: datetime
    claim: Email | None = None
    """As what the email was stored that was handed over just now, if one was."""


@dataclass(frozen=True)
class Handler(Generic[M, F]):
    """How messages of one type are decided."""

    message: type[M]
    gather: Callable[[M, Situation], Awaitable[F]]
    """Looks up what the decision needs besides the application."""
    decide: Callable[[M, Situation, F], Decision]
    """The decision itself: plain, without I/O or a clock of its own."""
    hand_over: Callable[[M, Application, EmailKind], Awaitable[F]] | None = None
    """Hands an email over; what it returns is what the step then decides with."""


class Applications(Protocol):
    """Where the loop keeps applications."""

    async def load(self, id: UUID) -> Application | None:
        """The application as it is stored. Raises `TransientFailure`."""

    async def save(self, application: Application, account: Account | None = None) -> None:
        """Stores the next version, and an account in the same transaction.

        Raises:
            Conflict: the stored version is another, or the importer or the address was taken in the meantime.
            TransientFailure: the database is away.

        """
