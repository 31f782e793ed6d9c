"""Realistic importer files."""

import random
from itertools import islice

import pytest

from services.console.files.csv_reader import Row
from services.console.files.importers import sample_importers
from services.console.files.importers.importer_rows import COLUMNS, STATUS, ImporterRow, read
from services.console.files.seen_ids import SeenIds
from shared.domain.errors import Invalid
from shared.domain.fields import email_address
from shared.domain.fields.importer_number import Format, ImporterNumber
from shared.security.fingerprints import BlindIndex
from shared.security.keys import KeyRing, make_ring

pytest.importorskip("faker")


@pytest.fixture(scope="module")
def records() -> list[ImporterRow]:
    columns = (*COLUMNS, STATUS)
    made = (
        Row(n, dict(zip(columns, row, strict=True)))
        for n, row in enumerate(sample_importers.generate_importers(1_500, seed=1), 2)
    )
    found = list(read(made, BlindIndex(KeyRing.parse(make_ring())), SeenIds()))
    good = [row for row in found if isinstance(row, ImporterRow)]
    assert len(good) == len(found), "every row can be loaded, and no number repeats"
    return good


def test_all_three_formats_are_there(records: list[ImporterRow]) -> None:
    assert {ImporterNumber.parse(row.record.importer_number).format for row in records} == set(Format)


def test_nobody_has_these_numbers(records: list[ImporterRow]) -> None:
    for row in records:
        number = ImporterNumber.parse(row.record.importer_number)
        if number.format is Format.EIN:
            assert number.value[:2] in sample_importers.EIN_PREFIXES
        elif number.format is Format.SOCIAL_SECURITY:
            assert number.value[0] == "9"
            assert 10 <= int(number.value[4:6]) < 50


def test_every_case_that_the_form_meets_is_there(records: list[ImporterRow]) -> None:
    def writable(row: ImporterRow) -> bool:
        try:
            return bool(email_address.parse(row.record.poc_email))
        except Invalid:
            return False

    assert any(row.record.poc_email == "" for row in records)
    assert any(row.record.poc_email and not writable(row) for row in records)
    assert sum(writable(row) for row in records) > 0.9 * len(records)
    assert any(row.top_account for row in records)
    assert any(not row.active for row in records)
    assert any(not row.record.company_name.isascii() for row in records)


def test_the_same_seed_gives_the_same_file() -> None:
    assert list(sample_importers.generate_importers(50, seed=3)) == list(
        sample_importers.generate_importers(50, seed=3)
    )
    assert list(sample_importers.generate_importers(50, seed=3)) != list(
        sample_importers.generate_importers(50, seed=4)
    )


def test_a_number_comes_once_even_when_all_of_a_kind_are_asked_for() -> None:
    chance = random.Random(1)  # noqa: S311  # nothing here is secret
    found = list(islice(sample_importers.shuffle_below(1_000, chance), 1_000))
    assert sorted(found) == list(range(1_000))
