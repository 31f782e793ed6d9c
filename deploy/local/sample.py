"""Finds a sample importer to try the form with: one in the database that can still apply."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.console.files.importers.importer_store import ImporterStore
from services.console.output.exit_codes import Unavailable
from services.console.servers.database import OpenDatabase, open_database
from shared.domain.fields.importer_number import ImporterNumber
from shared.settings.processes import Settings

SAMPLES = Path(__file__).parents[1] / "sample/importers.csv"
"""Nobody in this file exists. Other files and the database hold personal data, which is never printed."""


@dataclass(frozen=True)
class SampleImporter:
    """What to type on page 1."""

    company_name: str
    importer_number: str


async def find_importer(settings: Settings) -> SampleImporter | None:
    """The first sample importer whose record is active, has a contact and is not linked to an account.

    None if the database has other records, or all samples have accounts. The settings provide the database and its
    keys.
    """
    with suppress(Unavailable):  # the system works without a sample
        async with open_database(settings) as database:
            for sample in _read_samples():
                if await _can_apply(sample, database):
                    return sample
    return None


def _read_samples() -> Iterator[SampleImporter]:
    with SAMPLES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield SampleImporter(row["company_name"], row["importer_number"])


async def _can_apply(sample: SampleImporter, database: OpenDatabase) -> bool:
    number = ImporterNumber.parse(sample.importer_number)
    stored = await database.collections.importers.find(database.index.compute("importer", number.value))
    if stored is None or stored.top_account or not stored.active:
        return False
    seen = ImporterStore.wrap(database).describe(stored)
    return seen["company_name"] == sample.company_name and seen["poc_email"] not in (None, "malformed")
