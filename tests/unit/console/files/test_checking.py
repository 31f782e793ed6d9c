"""Checking an importer file without a database."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.console.__main__ import app

HEADER = "importer_number,company_name,poc_name,poc_email,top_account,status\n"
ROWS = (
    "07-1234567AB,Harbor Lights LLC,Pat,pat@harbor.example,,active",
    "07-1234568AB,Silent Harbor LLC,Pat,,,10-Active",
    "07-1234569AB,Crossed Wires LLC,<b>Pat</b>,nobody,A-1,",
    "07-1234570AB,Two Doors LLC,Pat,a@doors.example; b@doors.example,,20-Inactive",
    f"07-1234571AB,{'Transcontinental Hardware Wholes':.32},Pat,none@none.com,,maybe",
    "07-1234572,No Suffix LLC,Pat,pat@suffix.example,,active",
    "07-1234567ab,Harbor Lights LLC,Pat,pat@harbor.example,,active",
)


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings without a database or keys."""
    monkeypatch.chdir(tmp_path)
    for name in ("ACE_MONGODB_URL", "ACE_KEYS_STORAGE", "ACE_KEYS_INDEX"):
        monkeypatch.delenv(name, raising=False)


def check(content: str, *options: str) -> Result:
    return CliRunner().invoke(app, ["importers", "check", "-", *options], input=content)


def test_it_counts_what_matters_before_people_apply() -> None:
    done = check(HEADER + "\n".join(ROWS), "--json")
    assert json.loads(done.stdout) == {
        "records": 5,
        "bad_rows": 2,
        "without_usable_contact": 4,
        "contacts": {"missing": 1, "malformed": 1, "several_addresses": 1, "placeholder": 1},
        "names_left_out": 1,
        "inactive": 2,
        "unknown_status": 1,
        "cut_off": 1,
        "linked": 1,
    }


def test_it_names_bad_rows_and_unknown_statuses_as_loading_does() -> None:
    done = check(HEADER + "\n".join(ROWS))
    assert done.exit_code == 1
    named = [line.partition(": ")[0] for line in done.stderr.splitlines()]
    assert named == [f"standard input, line {line}" for line in (6, 7, 8)]
    assert "1234570" not in done.output
    assert "@" not in done.output


def test_it_names_the_lines_of_names_that_are_left_out_and_quotes_none() -> None:
    done = check(HEADER + "\n".join(f"07-12345{n:02}AB,Company LLC,<i>Pat,pat@a.example,," for n in range(10, 13)))
    assert done.exit_code == 0
    assert re.search(r"poc names left out +3\n(- .*\n)*- markup, a number or a link +3 \(lines 2, 3, 4\)", done.stdout)
    assert "Pat" not in done.output


def test_it_names_the_lines_of_what_it_counts() -> None:
    done = check(HEADER + "\n".join(f"07-12345{n:02}AB,Company {n} LLC,Pat,,," for n in range(10, 25)))
    assert done.exit_code == 0
    assert "15 (lines 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 5 more)" in done.stdout


def test_a_wrong_file_is_reported_in_one_line() -> None:
    done = check(HEADER.replace(",", ";"))
    assert (done.exit_code, done.stdout) == (1, "")
    assert "semicolons" in done.stderr


def test_unknown_columns_are_named_without_what_would_steer_a_terminal() -> None:
    done = check(HEADER.replace("status", "\x1b[2J\x1b]0;title\x07\u202e=cmd," + "x" * 300 + ",a,b,c,d,e"))
    assert done.exit_code == 1
    assert not {"\x1b", "\x07", "\u202e"} & set(done.output)
    assert "it has unknown [2J ]0;title =cmd, " + "x" * 40 + ", a, b, c." in done.output
