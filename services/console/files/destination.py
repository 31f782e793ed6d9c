"""What a file is loaded into, as loading sees it: importer records or portal users."""

from collections import Counter
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from services.console.files.csv_reader import BadRow


class Identified(Protocol):
    """A change to the record with this id."""

    @property
    def id(self) -> str:
        """The record's."""


T = TypeVar("T")
C = TypeVar("C", bound=Identified)

UNCHANGED = "unchanged"
NEW = "new"
CHANGED = "changed"
RESEALED = "sealed anew"
CONTACTS = "contacts changed"
INACTIVE = "become inactive"
REMOVED = "removed"


@dataclass(frozen=True)
class Comparison(Generic[C]):
    """What rows would change: how many in which way, what is to be stored, and the rows that are refused."""

    changes: Counter[str] = field(default_factory=Counter)
    pending: list[C] = field(default_factory=list)
    refused: list[BadRow] = field(default_factory=list)


class Destination(Protocol[T, C]):
    """Records that rows are compared with and stored as."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of change, as they are counted and printed."""

    @property
    def gone(self) -> str:
        """What becomes of a record that a complete file does not have: one of the kinds."""

    def change(self, parts: list[Any]) -> C:
        """A change that was kept as JSON."""

    async def count(self) -> int:
        """How many records there are."""

    async def compare(self, rows: list[T]) -> Comparison[C]:
        """What these rows would change."""

    async def store(self, pending: list[C]) -> list[BadRow]:
        """Stores changes; those that turn out to contradict what is stored come back."""

    def listed(self) -> AsyncIterator[list[str]]:
        """The ids that a complete file has, in batches: without inactive records."""

    async def listed_among(self, ids: Collection[str]) -> list[str]:
        """Those of these that a complete file has."""

    async def retire(self, ids: list[str]) -> int:
        """Makes records inactive, or removes them; how many."""
