"""The result of a message: its reply and follow-up messages, kept so that a repeat gets the same."""

from dataclasses import dataclass, replace
from datetime import datetime

from shared.contracts.events import CodeIssued
from shared.contracts.message import Event, Reply


@dataclass(frozen=True)
class HandledResult:
    """What a message leads to outside the store. A follow-up's id is the UUIDv5 of the message's id and an ordinal."""

    at: datetime
    reply: Reply | None = None
    follow_ups: tuple[Event, ...] = ()

    def list_due(self, now: datetime) -> list[tuple[int, Event]]:
        """The messages to publish, each with its ordinal. Leaves out those past their deadline."""
        return [
            (ordinal, event)
            for ordinal, event in enumerate(self.follow_ups)
            if event.deadline is None or now < event.deadline
        ]

    def drop_code(self) -> "HandledResult":
        """The result without messages that carry a sealed code."""
        kept = tuple(event for event in self.follow_ups if not isinstance(event, CodeIssued))
        return replace(self, follow_ups=kept)
