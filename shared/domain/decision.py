"""What a handler is given and what it decides: plain data, which the processor carries out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic
from uuid import UUID

from typing_extensions import TypeVar

from shared.contracts.message import Event, Reply
from shared.domain.application import Application
from shared.domain.errors import PermanentFailure, TransientFailure

S = TypeVar("S", default=Application)


@dataclass(frozen=True)
class Situation(Generic[S]):
    """What is known when a message is decided."""

    stored: S | None
    """What the message is about, as stored; nothing where there is none."""
    message_id: UUID
    user: str
    """Who sent the message, as the broker checked it."""
    now: datetime


@dataclass(frozen=True)
class Decision(Generic[S]):
    """What is to be stored, answered and sent on."""

    changed: S | None = None
    """What the message is about, as it is afterwards. Without it, nothing is stored and nothing remembered: the message
    changed nothing, and a repeat is decided again."""
    reply: Reply | None = None
    follow_ups: tuple[Event, ...] = ()
    created: Any = None
    """What comes into being along with the change, in the same transaction."""
    effect: object | None = None
    """What the handler's effect is to do once the change is stored; then the handler decides again with its result."""
    failure: TransientFailure | PermanentFailure | None = None
    """Raised once the change is stored: the message is tried again, or parked."""

    @property
    def is_final(self) -> bool:
        """Whether this is the message's result, to be remembered if something changed."""
        return self.effect is None and self.failure is None
