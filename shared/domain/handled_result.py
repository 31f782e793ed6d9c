"""The result of a message: its reply and follow-up messages, kept so that a repeat gets the same."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.events import CodeIssued
from shared.contracts.message import Event, Reply


@dataclass(frozen=True)
class HandledResult:
    """What a message leads to outside the store. A follow-up's id is the UUIDv5 of the message's id and an ordinal."""

    at: datetime
    reply: Reply | None = None
    follow_ups: tuple[Event, ...] = ()
    mac: str = ""
    """A short HMAC of what a command asked for; empty for an event."""

    def list_due(self, now: datetime) -> list[tuple[int, Event]]:
        """The messages to publish, each with its ordinal. Leaves out those past their deadline."""
        return [
            (ordinal, event)
            for ordinal, event in enumerate(self.follow_ups)
            if event.deadline is None or now < event.deadline
        ]

    def drop_code(self) -> "HandledResult":
        """The result without messages that carry a sealed code, whatever their version."""
        kept = tuple(event for event in self.follow_ups if event.name() != CodeIssued.name())
        return replace(self, follow_ups=kept)


class HandledResults(Mapping[UUID, HandledResult]):
    """The result of each message that changed something, by message id.

    One from the store is decoded when it is looked at: most never are.
    """

    def __init__(self, entries: Mapping[UUID, HandledResult | Callable[[], HandledResult]] | None = None) -> None:
        self._entries = dict(entries or {})

    def __getitem__(self, id: UUID) -> HandledResult:
        entry = self._entries[id]
        return entry if isinstance(entry, HandledResult) else entry()

    def get(self, id: UUID, default: Any = None) -> Any:
        """The result, or this. Raises whatever is wrong with a stored one: `Mapping` would take that for none."""
        return self[id] if id in self._entries else default

    def __contains__(self, id: object) -> bool:
        return id in self._entries

    def __iter__(self) -> Iterator[UUID]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def add(self, id: UUID, result: HandledResult) -> "HandledResults":
        """These results and one more, or a changed one."""
        return HandledResults({**self._entries, id: result})

    def drop_code(self) -> "HandledResults":
        """These results without the messages that carry a sealed code."""
        changed = {id: kept for id, result in self.items() if (kept := result.drop_code()) != result}
        return HandledResults({**self._entries, **changed})

    def list_changes(self, before: "HandledResults") -> dict[UUID, HandledResult]:
        """The results that are new, or differ from the earlier ones."""
        return {id: self[id] for id, entry in self._entries.items() if before._entries.get(id) is not entry}
