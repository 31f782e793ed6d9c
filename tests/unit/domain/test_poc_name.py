"""What a record calls its point of contact, and what must not stand in an email's greeting."""

import csv
from pathlib import Path

import pytest

from shared.domain.importer_record.poc_name import PocName, read

NAMES = Path(__file__).parents[2] / "cases" / "person_name.csv"


@pytest.mark.parametrize(
    "name",
    [
        *("Pat Rivera", "Étienne Bélanger", "DAVIS, JOHN Q. JR", "Lee & Sons"),
        *("Import Dept. 3", "C/O Accounts Payable"),
        *("O\u2019Neil", "王小明", "عبد الله", "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627"),
        *('Robert "Bob" Lee', "\U00031350"),
        *("Jose 2nd", "Smith-Jones (customs)", "Nguyễn Văn An", "D'Angelo"),
    ],
)
def test_a_name_stays_as_it_is(name: str) -> None:
    assert read(name).name == name
    assert read(name).fault is None


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("  Pat\n Rivera ", "Pat Rivera"),
        ("J.R.Smith", "J. R. Smith"),
        ("Dr.Smith", "Dr. Smith"),
        ("x.com", "x. com"),
        ("N/A", ""),
        ("", ""),
        ("Pat\u200b Lee", "Pat Lee"),
    ],
)
def test_a_name_is_tidied_so_that_no_dot_joins_two_words(written: str, name: str) -> None:
    assert (read(written).name, read(written).fault) == (name, None)


@pytest.mark.parametrize(
    "written",
    [
        *("<b>Pat</b>", "Pat <a@b.example>", "pat@evil.example", "visit evil.com now", "www evil com", "https://t.co"),
        *("call +1 800 555 0100 now", "call 18005550100", "Pat\r\nBcc: x@y.example", "Pat; rm"),
        *("{{7*7}}", "evil\u3002com"),
        *("=1+1", "+1", "-2", "@SUM(A1)", "[Pat](evil)", "&lt;b&gt;", "12"),
        *("pay at evil-site.example", "\u2039b\u203a"),
        *("Pat\u202egnp", "Pat\x00", "Pat\x1b[31m", "A" * 71, "A" * 100_000),
    ],
)
def test_what_is_no_name_is_left_out_as_a_whole(written: str) -> None:
    found = read(written)
    assert found.name == ""
    assert found.fault


def test_every_name_that_the_form_takes_is_one_here() -> None:
    with NAMES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["outcome"] == "accepted":
                assert read(row["value"]) == PocName(row["value"]), row
