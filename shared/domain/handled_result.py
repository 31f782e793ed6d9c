"""What came of a message: the reply and the messages that follow, kept so that a repeat gets the same."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.contracts.events import CodeIssued
from shared.contracts.message import Event, Reply


@dataclass(frozen=True)
class HandledResult:
    """What a message leads to outside the store. A follow-up's id is UUIDv5 of the message's id and its ordinal."""

    at: datetime
    reply: Reply | None = None
    follow_ups: tuple[Event, ...] = ()

    def list_due(self, now: datetime) -> list[tuple[int, Event]]:
        """The messages to publish, each with its ordinal: all but those that have lost their purpose."""
        return [
            (ordinal, event)
            for ordinal, event in enumerate(self.follow_ups)
            if event.deadline is None or now < event.deadline
        ]

    def without_code(self) -> "HandledResult":
        """The result without a message that carries a sealed code."""
        kept = tuple(event for event in self.follow_ups if not isinstance(event, CodeIssued))
        return replace(self, follow_ups=kept)
