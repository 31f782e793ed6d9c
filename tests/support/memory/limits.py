"""Limits in memory, counted as the database counts them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from shared.domain.limits.code_emails import CodeSent
from shared.domain.limits.tally import Tally, find_slot
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

    async def take_codes(self, codes: Mapping[str, CodeSent], id: UUID) -> dict[str, tuple[CodeSent, ...]]:
        """Takes a place under each key. Returns what took places before."""
        for key, code in codes.items():
            self.codes.setdefault(key, {}).setdefault(id, code)
        return {key: tuple(code for other, code in self.codes[key].items() if other != id) for key in codes}

    async def give_back(self, keys: Iterable[str], id: UUID) -> None:
        """Gives back the places of a message."""
        for key in keys:
            self.codes[key].pop(id, None)
