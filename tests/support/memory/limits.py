"""Limits in memory, counted as the database counts them."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any
from uuid import UUID

from shared.domain.limits.code_emails import CodeSent, Places
from shared.domain.limits.tally import DAY, Tally, find_slot
from shared.storage.limits import Counted


class MemoryLimits:
    """What was counted, by key."""

    def __init__(self) -> None:
        self.failures: dict[str, dict[int, int]] = {}
        self.codes: dict[str, dict[UUID, CodeSent]] = {}

    async def find(self, keys: Iterable[str]) -> Counted:
        """What was counted under these keys."""
        wanted = set(keys)
        return Counted(
            {key: Tally(dict(counts)) for key, counts in self.failures.items() if key in wanted},
            {key: tuple(sent.values()) for key, sent in self.codes.items() if key in wanted},
        )

    async def count(self, keys: Iterable[str], _counted: Counted, now: datetime) -> None:
        """Counts a failure under each key."""
        for key in keys:
            counts = self.failures.setdefault(key, {})
            counts[find_slot(now)] = counts.get(find_slot(now), 0) + 1

    async def take_codes(self, codes: Mapping[str, CodeSent], id: UUID, now: datetime) -> dict[str, Places]:
        """Takes a place under each key."""
        for key, code in codes.items():
            recent = {other: sent for other, sent in self.codes.get(key, {}).items() if sent.at > now - DAY}
            self.codes[key] = {**recent, **({} if id in recent else {id: code})}
        return {key: _read_places(self.codes[key], id) for key in codes}

    async def keep_place(self, keys: Iterable[str], id: UUID, at: datetime) -> None:
        """Keeps the places of a message until its turn."""
        for key in keys:
            self.codes[key][id] = replace(self.codes[key][id], at=at, waiting=True)

    async def give_back(self, keys: Iterable[str], id: UUID) -> None:
        """Gives back the places of a message."""
        for key in keys:
            self.codes[key].pop(id, None)


class Killed(Exception):
    """The process died."""


@dataclass
class MortalLimits:
    """Limits whose process dies once so many calls are done."""

    limits: MemoryLimits
    calls: int

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        async def call(*args: Any) -> Any:
            found = await getattr(self.limits, name)(*args)
            self.calls -= 1
            if not self.calls:
                raise Killed
            return found

        return call


def _read_places(places: Mapping[UUID, CodeSent], id: UUID) -> Places:
    before = takewhile(lambda other: other != id, places)
    return Places(tuple(places[other] for other in before), places[id])
