"""One importer to try the form with, from the sample records, if the database really holds it and it can apply."""

import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.console.servers.database import Records, opened
from shared.domain.errors import TransientFailure
from shared.domain.fields.importer_number import ImporterNumber
from shared.settings import Settings

OURS = Path(__file__).parents[1] / "sample/importers.csv"
"""Nobody in it exists. Of any other file, and of the database, nothing is ever printed: there it is personal data."""


@dataclass(frozen=True)
class Sample:
    """What to type on page 1."""

    company_name: str
    importer_number: str


async def find(settings: Settings) -> Sample | None:
    """The first of the sample importers whose record is active, has a contact, and belongs to no account yet.

    None where the database holds other records, or all of these have got their accounts. The settings name the database
    and hold the keys to it.
    """
    with suppress(TransientFailure):  # the system runs all the same
        async with opened(settings) as records:
            for sample in _samples():
                if await _can_apply(sample, records):
                    return sample
    return None


def _samples() -> Iterator[Sample]:
    with OURS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Sample(row["company_name"], row["importer_number"])


async def _can_apply(sample: Sample, records: Records) -> bool:
    number = ImporterNumber.parse(sample.importer_number)
    stored = await records.database.importers.find(records.index.of("importer", number.value))
    if stored is None or stored.top_account or not stored.active:
        return False
    seen = records.registry.seen(stored)
    return seen["company_name"] == sample.company_name and seen["poc_email"] not in (None, "malformed")
