"""A handler: how a service decides about one type of message. The processor does everything else."""

from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, Self, TypeVar
from uuid import UUID

from shared.contracts.message import Message
from shared.domain.decision import Decision, Situation
from shared.domain.handled_result import HandledResult

M = TypeVar("M", bound=Message)
F = TypeVar("F")


class Stored(Protocol):
    """What messages are about, and a store keeps: an application, for instance."""

    @property
    def handled(self) -> Mapping[UUID, HandledResult]:
        """What each message led to, by message id."""

    @property
    def parked(self) -> Container[UUID]:
        """The messages about it that are among the dead letters, by id."""

    def is_answerable_to(self, user: str) -> bool:
        """Whether this broker user may send commands and questions about it."""

    def remember(self, message_id: UUID, result: HandledResult) -> Self:
        """It, with what a message led to."""

    def unpark_message(self, message_id: UUID) -> Self:
        """It, with this message no longer among the dead letters."""

    def describe_change(self, before: Self | None) -> Mapping[str, Any]:
        """What an operator's log says about a change; empty where it says nothing."""


S = TypeVar("S", bound=Stored)


class Store(Protocol[S]):
    """Where the processor keeps what messages are about."""

    async def load(self, id: UUID) -> S | None:
        """What is stored under this id. Raises `TransientFailure`."""

    async def save(self, changed: S, created: Any = None) -> None:
        """Stores the next version, and what is created along with it in the same transaction.

        Raises:
            Conflict: somebody else stored a version first, or took what was to be created.
            TransientFailure: the database is away.

        """

    async def mark(self, message: Message, message_id: UUID, *, sender: str, reason: str, now: datetime) -> None:
        """Notes that a message is among the dead letters. Raises `Conflict`, `TransientFailure`."""


@dataclass(frozen=True)
class Handler(Generic[M, F, S]):
    """How messages of one type are decided."""

    message: type[M]
    gather: Callable[[M, Situation[S]], Awaitable[F]]
    """Looks up what the decision needs besides what is stored."""
    decide: Callable[[M, Situation[S], F], Decision[S]]
    """The decision itself: plain, without I/O or a clock of its own."""
    effect: Callable[[M, S, Any], Awaitable[F]] | None = None
    """Acts on the world once its claim is stored. The handler then decides again, with what this returns."""
