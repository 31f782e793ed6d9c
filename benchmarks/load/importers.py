"""Importers who apply, each once: their records, and how they are reached."""

import csv
from dataclasses import dataclass
from pathlib import Path

EMAILS = 4
"""Emails of a whole application: two to the point of contact, two to the account owner."""


@dataclass(frozen=True)
class Importer:
    """One importer, known by its number alone."""

    number: int

    @property
    def company(self) -> str:
        """The name in its record."""
        return f"Measured {self.number} Imports Inc."

    @property
    def record_number(self) -> str:
        """Its importer number."""
        return f"07-{self.number:07d}AB"

    @property
    def contact(self) -> str:
        """The point of contact's email address."""
        return f"poc{self.number}@importer.example"

    @property
    def owner(self) -> str:
        """The account owner's email address."""
        return f"owner{self.number}@importer.example"


def write_records(file: Path, count: int) -> None:
    """Writes the records of the importers 1 to `count`."""
    with file.open("w", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["importer_number", "company_name", "poc_name", "poc_email", "top_account"])
        for importer in map(Importer, range(1, count + 1)):
            rows.writerow([importer.record_number, importer.company, "Pat Contact", importer.contact, ""])
