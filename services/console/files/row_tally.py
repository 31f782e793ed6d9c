"""Counts and reports what became of a file's rows."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from services.console.files.csv_reader import BadRow, Remark
from services.console.files.destination import Comparison, Identified
from services.console.output.progress import Meter

T = TypeVar("T")
C = TypeVar("C", bound=Identified)


class RowTally:
    """Counts rows by what became of them; reports bad ones and remarks as they come."""

    def __init__(self, name: str, meter: Meter) -> None:
        self._name = name
        self._meter = meter
        self.rows = self.good = self.bad = self.remarks = 0
        self.unreadable = 0
        """Bad rows that could be about any record."""
        self.closing: set[str] = set()
        """Records that are not active according to an otherwise bad row."""
        self.changes: Counter[str] = Counter()
        self.contacts: list[str] = []
        """Importer records whose contact changes."""

    def say(self, text: str) -> None:
        """Prints a line about the file."""
        self._meter.say(f"{self._name}: {text}")

    def filter_usable(self, items: Iterable[T | BadRow | Remark]) -> Iterator[T]:
        """Passes on the good rows."""
        for item in items:
            if isinstance(item, Remark):
                self.remarks += 1
                self._meter.say(f"{self._name}, line {item.line}: {item.reason}")
                continue
            self.rows += 1
            if isinstance(item, BadRow):
                self._refuse(item)
            else:
                self.good += 1
                yield item

    def add(self, compared: Comparison[C]) -> None:
        """Counts what compared rows change."""
        self.changes += compared.changes
        self.contacts += compared.contacts
        self.give_back(compared.refused)

    def give_back(self, refused: list[BadRow]) -> None:
        """Counts good rows as bad, because they contradict what is stored."""
        self.good -= len(refused)
        for bad in refused:
            self._refuse(bad)

    def _refuse(self, bad: BadRow) -> None:
        self.bad += 1
        self._meter.say(f"{self._name}, line {bad.line}: {bad.reason}")
        if bad.about is None:
            self.unreadable += 1
        elif bad.closes:
            self.closing.add(bad.about)
