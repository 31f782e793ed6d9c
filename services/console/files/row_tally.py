"""What became of a file's rows so far, and how that is told."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from services.console.files.csv_reader import BadRow, Remark
from services.console.files.destination import Comparison, Identified
from services.console.output.progress import Meter

T = TypeVar("T")
C = TypeVar("C", bound=Identified)


class RowTally:
    """Counts rows by what became of them; names bad ones and remarks as they come."""

    def __init__(self, name: str, meter: Meter) -> None:
        self._name = name
        self._meter = meter
        self.rows = self.good = self.bad = self.remarks = 0
        self.unreadable = 0
        """Bad rows that may be about any record."""
        self.closing: set[str] = set()
        """Records that are not active, as a row says that is bad otherwise."""
        self.changes: Counter[str] = Counter()

    def say(self, text: str) -> None:
        """A line about the file."""
        self._meter.say(f"{self._name}: {text}")

    def filter_usable(self, items: Iterable[T | BadRow | Remark]) -> Iterator[T]:
        """The good rows."""
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
        """Counts what rows change."""
        self.changes += compared.changes
        self.give_back(compared.refused)

    def give_back(self, refused: list[BadRow]) -> None:
        """Counts rows as bad ones that were good until they met what is stored."""
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
