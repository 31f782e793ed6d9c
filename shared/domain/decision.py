"""A handler's input and output: plain data. The processor carries out the decision."""

from collections.abc import Callable
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
    """What the message is about, as stored; None if nothing is."""
    message_id: UUID
    user: str
    """The sender of the message, checked by the broker."""
    now: datetime
    is_first: bool = False
    """Whether the message is new and decided for the first time. Gathering may then expect what is usual, as long as
    saving conflicts if it is not so: then it is decided again."""
    stamped_at: datetime | None = None
    """When the message first reached the broker, by the broker's stamp. None if no stamp is believed."""

    @property
    def arrived_at(self) -> datetime:
        """When the message arrived as far as anybody trusted saw it: by its stamp, else only now."""
        return min(self.stamped_at or self.now, self.now)


@dataclass(frozen=True)
class Decision(Generic[S]):
    """What to store, reply and publish."""

    changed: S | None = None
    """What the message is about, after the change. If None, the message changed nothing: nothing is stored, and a
    repeat is decided again."""
    reply: Reply | None = None
    follow_ups: tuple[Event, ...] = ()
    follow_ups_after: Callable[[S], tuple[Event, ...]] | None = None
    """Further messages, from what is stored after the change: others may have changed it too."""
    created: Any = None
    """What to create along with the change, in the same transaction."""
    effect: object | None = None
    """What the handler's effect does once the change is stored. Its result goes into a second decision."""
    failure: TransientFailure | PermanentFailure | None = None
    """Raised once the change is stored and the follow-ups published: the message is tried again, or parked."""

    @property
    def is_final(self) -> bool:
        """Whether this is the message's result, which is remembered if anything changed."""
        return self.effect is None and self.failure is None
