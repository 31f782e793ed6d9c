"""What came of a message: the reply and the messages that follow, kept so that a repeat gets the same."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.contracts.events import CodeIssued
from shared.contracts.message import Event, Reply


@dataclass(frozen=True)
class HandledResult:
    """What a message leads to outside its application. A follow-up's id is UUIDv5 of the message's id and its place."""

    at: datetime
    reply: Reply | None = None
    follow_ups: tuple[Event, ...] = ()

    def still_due(self, now: datetime) -> list[tuple[int, Event]]:
        """The messages to publish, each with its place: all but a code that has expired."""
        return [
            (place, event)
            for place, event in enumerate(self.follow_ups)
            if not (isinstance(event, CodeIssued) and now >= event.expires_at)
        ]

    def without_code(self) -> "HandledResult":
        """The outcome without a message that carries a sealed code."""
        kept = tuple(event for event in self.follow_ups if not isinstance(event, CodeIssued))
        return replace(self, follow_ups=kept)
