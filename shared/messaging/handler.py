"""A handler decides about one type of message. The processor does everything else."""

from collections.abc import Awaitable, Callable, Container, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, Self, TypeVar
from uuid import UUID

from shared.contracts.message import Message, Reply
from shared.domain.decision import Decision, Situation
from shared.domain.handled_result import HandledResult

M = TypeVar("M", bound=Message)
F = TypeVar("F")


class Stored(Protocol):
    """What a store keeps and messages are about, such as an application."""

    @property
    def handled(self) -> Mapping[UUID, HandledResult]:
        """The result of each message, by message id."""

    @property
    def parked(self) -> Container[UUID]:
        """The ids of its messages that are among the dead letters."""

    def is_answerable_to(self, user: str) -> bool:
        """Whether this broker user may send commands and questions about it."""

    def remember(self, message_id: UUID, result: HandledResult) -> Self:
        """A copy that remembers a message's result."""

    def unpark_message(self, message_id: UUID) -> Self:
        """A copy in which this message is no longer marked as a dead letter."""

    def describe_change(self, before: Self | None) -> Mapping[str, Any]:
        """What to log about a change; empty for nothing."""


S = TypeVar("S", bound=Stored)


class Store(Protocol[S]):
    """Where the processor loads and saves what messages are about."""

    async def load(self, id: UUID) -> S | None:
        """What is stored under this id. Raises `TransientFailure`."""

    async def save(self, changed: S, before: S | None = None, created: Any = None) -> S:
        """Stores the next version, and what is created with it, in one transaction. Returns what is stored now.

        `before` is what was loaded; None if nothing was stored, or nothing was expected to be.

        Raises:
            Conflict: another process was first.
            TransientFailure: the database is away.

        """

    async def mark(self, message: Message, message_id: UUID | None, *, sender: str, reason: str, now: datetime) -> None:
        """Marks a message as a dead letter. Raises `Conflict`, `TransientFailure`."""


class RefusedCommands(Protocol):
    """Remembers commands that nobody could read, so that their senders can ask about them."""

    async def remember(self, user: str, message_id: UUID, reason: str, now: datetime) -> None:
        """Remembers that this user's command was refused. Raises `TransientFailure`."""


class Contents(Protocol):
    """Tells a repeated command from another one under the same id."""

    def compute_mac(self, message: Message, user: str) -> str:
        """A short HMAC of what this user's command asks for. Raises `ContractBroken` if it does not open."""

    def matches(self, mac: str, message: Message, user: str) -> bool:
        """Whether this user's command asks for the same. Raises `ContractBroken` if it does not open."""


async def gather_nothing(_message: Message, _situation: Situation[Any]) -> None:
    """Gathers nothing: the decision needs only what is stored."""


@dataclass(frozen=True)
class Handler(Generic[M, F, S]):
    """How a service decides about messages of one type."""

    message: type[M]
    gather: Callable[[M, Situation[S]], Awaitable[F]]
    """Looks up what else the decision needs."""
    decide: Callable[[M, Situation[S], F], Decision[S]]
    """The decision itself: pure, without I/O or a clock."""
    effect: Callable[[M, S, Any], Awaitable[F]] | None = None
    """Acts on the world once its claim is stored. The handler then decides again with what this returns."""
    begins: bool = False
    """Whether nothing is stored yet, as a rule, when such a message comes: then it is decided without loading first.
    If something is stored, saving conflicts, and it is loaded and decided again."""
    continues: bool = False
    """Whether what this process saved last is still stored, as a rule, when such a message comes. Likewise."""
    count: Callable[[Reply], None] | None = None
    """Counts a reply once it stands. What was decided about a guess, or about what others changed, is decided again."""


def make_handler(
    message: type[M], decide: Callable[..., Decision[S]], gather: Any, **special: Any
) -> Handler[M, Any, S]:
    """A handler without an effect. One that gathers nothing decides without what was gathered."""
    informed = decide if gather else lambda m, situation, _: decide(m, situation)
    return Handler(message, gather or gather_nothing, informed, **special)
