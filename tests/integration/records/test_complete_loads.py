"""Complete files, and rows that close a record."""

import json
import signal
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import pytest

from tests.integration.records.commands import HEADER, Records, active, all_of, lines, load, row, typed

WITH_STATUS = HEADER.replace("\n", ",status\n")


def status(n: int) -> str:
    said: str = json.loads(typed("importers", "show", f"07-{n:07}AB", "--json").stdout)["status"]
    return said


def test_what_a_complete_file_lacks_becomes_inactive_and_keeps_the_rest(database: Records) -> None:
    load(row(1, account="A-1"), row(2), row(3))
    before = {each["_id"]: each for each in all_of(database)}
    done = load(row(2), options=("--complete",))
    assert done.exit_code == 0
    assert [status(n) for n in (1, 2, 3)] == ["inactive", "active", "inactive"]
    for each in all_of(database):
        assert {**each, "active": True} == before[each["_id"]]
    assert "2 become inactive" in done.stderr


def test_a_complete_file_can_be_loaded_again_and_brings_back_what_it_has(database: Records) -> None:
    load(row(1), row(2))
    load(row(2), options=("--complete",))
    before = all_of(database)
    assert "become inactive" not in load(row(2), options=("--complete",)).stderr
    assert all_of(database) == before
    load(row(1), row(2), options=("--complete",))
    assert active(database) == 2


def test_without_complete_what_a_file_lacks_stays_active(database: Records) -> None:
    load(row(1), row(2))
    assert load(row(2)).exit_code == 0
    assert active(database) == 2


@pytest.mark.parametrize(
    "unreadable", ["07-1234567,No Suffix LLC,,,", "07-0000003AB", '07-0000003AB,"Acme,,,', ",Acme,,,"]
)
def test_if_a_row_may_be_about_any_record_none_becomes_inactive(unreadable: str, database: Records) -> None:
    load(row(1), row(2), row(3))
    done = load(row(1), row(4), unreadable, options=("--complete",))
    assert done.exit_code == 1
    assert active(database) == 4, "the good rows are loaded"
    assert "stay as they are" in done.stderr


def test_a_record_with_an_otherwise_bad_row_is_not_missing(database: Records) -> None:
    load(row(1), row(2), row(3))
    assert load(row(1), "07-0000002AB,,,,", options=("--complete",)).exit_code == 1
    assert [status(n) for n in (1, 2, 3)] == ["active", "active", "inactive"]


def test_a_file_without_records_is_not_a_complete_file(database: Records) -> None:
    load(row(1))
    assert load(options=("--complete",)).exit_code == 4
    assert active(database) == 1


def test_a_complete_load_that_is_interrupted_makes_nothing_inactive(database: Records) -> None:
    load(*(row(n) for n in range(50)))
    before = all_of(database)
    program = (sys.executable, "-m", "services.console", "importers", "load", "--complete", "-")
    command = ("env", "--default-signal=INT", *program)  # shells make background processes ignore it
    with Popen(command, cwd=Path(__file__).parents[3], stdin=PIPE, stderr=DEVNULL) as process:  # noqa: S603  # our own
        assert process.stdin
        process.stdin.write(HEADER.encode() + b"".join(f"{row(n)}\n".encode() for n in range(40, 20_000)))
        process.stdin.flush()  # more than a pipe holds, so the command is reading
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
    assert all_of(database) == before


def test_a_load_that_waits_for_input_ends_at_once_when_interrupted(database: Records) -> None:
    command = ("env", "--default-signal=INT", sys.executable, "-m", "services.console", "importers", "load", "-")
    with Popen(command, cwd=Path(__file__).parents[3], stdin=PIPE, stderr=PIPE) as process:  # noqa: S603  # our own
        assert process.stdin
        assert process.stderr
        process.stdin.write(HEADER.encode() + b"a row of one column\n")
        process.stdin.flush()
        assert b"line 2" in process.stderr.readline(), "it reads on, and nothing comes"
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
    assert active(database) == 0


@pytest.mark.parametrize(
    "bad", ["07-0000001AB,,,,,void", "07-0000001AB,Harbor LLC,,,A-9,20-Inactive", "07-0000001AB,...,,,,maybe"]
)
def test_a_row_that_is_bad_otherwise_but_not_active_closes_its_record(bad: str, database: Records) -> None:
    load(row(1, account="A-1"), row(2))
    before = {each["_id"]: each for each in all_of(database)}
    assert typed("importers", "load", "-", input=f"{WITH_STATUS}{bad}\n").exit_code == 1
    assert [status(n) for n in (1, 2)] == ["inactive", "active"]
    for each in all_of(database):
        assert {**each, "active": True} == before[each["_id"]]


@pytest.mark.parametrize("statuses", [("active", "void"), ("void", "active")])
def test_a_number_that_is_active_in_one_row_and_void_in_another_is_closed(
    statuses: tuple[str, str], database: Records
) -> None:
    load(row(1))
    done = typed("importers", "load", "-", input=WITH_STATUS + "".join(f"{row(1)},{each}\n" for each in statuses))
    assert len(lines(done)) == 1
    assert status(1) == "inactive"


def test_a_dry_run_tells_what_would_change_and_changes_nothing(database: Records) -> None:
    load(row(1), row(2), row(3), row(4), row(5))
    before = all_of(database)
    changed = [
        f"{row(1)},active",
        f"{row(2, name='Renamed LLC')},active",
        f"{row(3, email='lee@harbor.example')},active",
        f"{row(4)},void",
        f"{row(6)},active",
    ]
    done = typed("importers", "load", "--dry-run", "--complete", "-", input=WITH_STATUS + "\n".join(changed))
    assert done.exit_code == 0
    assert dict(line.rsplit(maxsplit=1) for line in done.stdout.splitlines()) == {
        "new": "1",
        "changed": "3",
        "unchanged": "1",
        "contacts changed": "1",
        "become inactive": "2",
        "sealed anew": "0",
    }
    assert all_of(database) == before


def test_a_dry_run_makes_no_collection(database: Records) -> None:
    database.client.drop_database(database.name)
    assert typed("importers", "load", "--dry-run", "-", input=f"{HEADER}{row(1)}\n").exit_code == 0
    assert typed("users", "load", "--dry-run", "-", input="email\npat@harbor.example\n").exit_code == 0
    assert database.list_collection_names() == []


def test_a_complete_file_of_users_removes_the_others_but_no_owner(database: Records) -> None:
    typed("users", "load", "-", input="email\na@one.example\nb@two.example\n")
    database["portal_users"].insert_one({"_id": "owner", "account": "A-1", "role": "TAO"})
    shown = typed("users", "load", "--complete", "--dry-run", "-", input="email\nB@two.example\nc@three.example\n")
    assert [line.split()[-1] for line in shown.stdout.splitlines()] == ["1", "1", "1"]
    assert database["portal_users"].count_documents({}) == 3
    for _ in range(2):
        assert typed("users", "load", "--complete", "-", input="email\nB@two.example\nc@three.example\n").exit_code == 0
        assert database["portal_users"].count_documents({"account": None}) == 2
        assert database["portal_users"].count_documents({"_id": "owner"}) == 1
