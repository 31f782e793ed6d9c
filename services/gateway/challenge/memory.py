"""An in-memory store of limited size whose values expire."""

from collections import OrderedDict
from datetime import datetime
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Values by key, each with an expiry time. When it is full, the oldest value goes first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[datetime, Value]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str, now: datetime) -> Value | None:
        """The value of a key, or `None` if it expired or was dropped."""
        until, value = self._kept.get(key, (now, None))
        return value if now < until else None

    def put(self, key: str, value: Value, until: datetime, now: datetime) -> None:
        """Stores a value, and drops what has expired."""
        self._kept.pop(key, None)
        self._kept[key] = until, value
        while self._kept and (len(self._kept) > self._most or next(iter(self._kept.values()))[0] <= now):
            self._kept.popitem(last=False)

    def forget(self, key: str) -> None:
        """Removes a value."""
        self._kept.pop(key, None)
