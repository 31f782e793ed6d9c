"""What a file is loaded into: importer records or portal users."""

from collections import Counter
from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

from services.console.files.csv_reader import BadRow


class Identified(Protocol):
    """A change to the record with this id."""

    @property
    def id(self) -> str:
        """The record's id."""


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
    """What rows would change: counts by kind, changes to store, and refused rows."""

    changes: Counter[str] = field(default_factory=Counter)
    pending: list[C] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    """The ids of importer records whose contact changes."""
    refused: list[BadRow] = field(default_factory=list)


class Destination(Protocol[T, C]):
    """Records to compare rows with, and to store them as."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of change, for counting and printing."""

    @property
    def gone(self) -> str:
        """The kind of change for a record that a complete file lacks."""

    def read_change(self, parts: list[Any]) -> C:
        """Reads a change back from JSON."""

    async def count(self) -> int:
        """How many records there are."""

    async def compare(self, rows: list[T]) -> Comparison[C]:
        """What these rows would change."""

    async def store(self, pending: list[C]) -> list[BadRow]:
        """Stores changes; returns those that contradict what is stored."""

    def list_expected(self) -> AsyncIterator[list[str]]:
        """The ids that a complete file should have, in batches: all but inactive records."""

    async def filter_expected(self, ids: Collection[str]) -> list[str]:
        """Whichever of these ids a complete file should have."""

    async def retire(self, ids: list[str]) -> int:
        """Makes records inactive or removes them; returns how many."""
