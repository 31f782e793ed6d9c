"""A report on an importer file: what people should know before anybody applies."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.console.files.csv_reader import BadRow, Remark
from services.console.files.importers.importer_rows import ImporterRow
from shared.domain.importer_record.company_name import CUT_AT
from shared.domain.importer_record.poc_email import Fault
from shared.domain.importer_record.poc_name import NameFault

LISTED = 10
"""Line numbers to list; any more are only counted."""


class Lines:
    """Counts lines of a file and keeps the first numbers."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[int] = []

    def add(self, line: int) -> None:
        """Adds a line."""
        self.count += 1
        if len(self.first) < LISTED:
            self.first.append(line)

    def __str__(self) -> str:
        if not self.count:
            return "0"
        more = f" and {self.count - len(self.first):,} more" if self.count > len(self.first) else ""
        return f"{self.count:,} (line{'s' * (self.count > 1)} {', '.join(map(str, self.first))}{more})"


class FileReport:
    """A report on the good rows."""

    def __init__(self) -> None:
        self.records = self.bad = 0
        self.unknown_status = Lines()
        self.inactive = Lines()
        self.cut_off = Lines()
        self.linked = Lines()
        self.contacts = {fault: Lines() for fault in Fault}
        self.names = {fault: Lines() for fault in NameFault}

    def watch(self, items: Iterable[ImporterRow | BadRow | Remark]) -> Iterator[ImporterRow | BadRow | Remark]:
        """Passes items through and reports on them."""
        for item in items:
            if isinstance(item, ImporterRow):
                self._look_at(item)
            elif isinstance(item, Remark):
                self.unknown_status.add(item.line)
            else:
                self.bad += 1
            yield item

    def _look_at(self, row: ImporterRow) -> None:
        self.records += 1
        if not row.active:
            self.inactive.add(row.line)
        if len(row.record.company_name) == CUT_AT:
            self.cut_off.add(row.line)
        if row.top_account:
            self.linked.add(row.line)
        if row.contact_fault:
            self.contacts[row.contact_fault].add(row.line)
        if row.name_fault:
            self.names[row.name_fault].add(row.line)

    def describe(self) -> dict[str, str]:
        """The report for a person, with the first line numbers."""
        return {
            "records": f"{self.records:,}",
            "bad_rows": f"{self.bad:,}",
            "without_usable_contact": f"{self._without_contact:,}",
            **{f"- {fault}": str(lines) for fault, lines in self.contacts.items()},
            "poc_names_left_out": f"{_count(self.names):,}",
            **{f"- {fault}": str(lines) for fault, lines in self.names.items()},
            "inactive": str(self.inactive),
            "unknown_status": str(self.unknown_status),
            f"cut_off_at_{CUT_AT}_characters": str(self.cut_off),
            "linked": str(self.linked),
        }

    def as_dict(self) -> dict[str, Any]:
        """The report as numbers, for a program."""
        return {
            "records": self.records,
            "bad_rows": self.bad,
            "without_usable_contact": self._without_contact,
            "contacts": {fault.replace(" ", "_"): lines.count for fault, lines in self.contacts.items()},
            "names_left_out": _count(self.names),
            "inactive": self.inactive.count,
            "unknown_status": self.unknown_status.count,
            "cut_off": self.cut_off.count,
            "linked": self.linked.count,
        }

    def summarize_contacts(self) -> Iterator[str]:
        """How many have no usable contact, or a name that is left out, and why; nothing if all are well."""
        for said, faults in (("without a usable poc_email", self.contacts), ("whose poc_name is left out", self.names)):
            if count := _count(faults):
                why = ", ".join(f"{fault} {lines}" for fault, lines in faults.items() if lines.count)
                yield f"records {said}: {count:,}: {why}"

    @property
    def _without_contact(self) -> int:
        """Records that nobody can apply with, because no code can be sent."""
        return _count(self.contacts)


def _count(faults: Mapping[Any, Lines]) -> int:
    return sum(lines.count for lines in faults.values())
