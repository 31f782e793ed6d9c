"""Complete files, and how much a load may change before it stops."""

import json
import signal
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from typing import Any

import pytest

from tests.integration.records.commands import HEADER, Records, lines, load, typed

WITH_STATUS = HEADER.replace("\n", ",status\n")


def row(n: int, *, email: str = "pat@harbor.example", account: str = "", name: str = "Harbor LLC") -> str:
    return f"07-{n:07}AB,{name},Pat,{email},{account}"


def active(database: Records) -> int:
    return database["importers"].count_documents({"active": True})


def all_of(database: Records) -> list[dict[str, Any]]:
    return list(database["importers"].find().sort("_id"))


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
    ("lacking", "options", "stops"),
    [
        (100, (), False),
        (101, (), True),
        (101, ("--most-inactive", "101"), False),
        (101, ("--most-inactive", "95%"), False),
        (2, ("--most-inactive", "1"), True),
        (2, ("--most-inactive", "1%"), True),
        (1, ("--most-inactive", "0"), True),
    ],
)
def test_a_complete_file_that_lacks_too_much_changes_nothing(
    lacking: int, options: tuple[str, ...], stops: bool, database: Records
) -> None:
    load(*(row(n) for n in range(110)))
    before = all_of(database)
    done = load(*(row(n, name="Renamed LLC") for n in range(lacking, 111)), options=("--complete", *options))
    assert done.exit_code == (4 if stops else 0)
    assert (all_of(database) == before) is stops
    assert ("--most-inactive" in done.stderr) is stops
    assert stops or active(database) == 111 - lacking


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


@pytest.mark.parametrize(
    ("changed", "options", "stops"),
    [
        (100, (), False),
        (101, (), True),
        (101, ("--most-contacts", "101"), False),
        (101, ("--most-contacts", "100%"), False),
        (101, ("--dry-run",), True),
        (1, ("--most-contacts", "0"), True),
    ],
)
def test_a_load_that_changes_too_many_contacts_stops_before_it_begins(
    changed: int, options: tuple[str, ...], stops: bool, database: Records
) -> None:
    load(*(row(n) for n in range(110)))
    before = all_of(database)
    rows = [row(n, email="else@where.example" if n < changed else "pat@harbor.example") for n in range(111)]
    done = load(*rows, options=options)
    assert done.exit_code == (4 if stops else 0)
    assert (all_of(database) == before) is stops
    assert ("--most-contacts" in done.stderr) is stops


@pytest.mark.parametrize("email", ["PAT@harbor.example", "Pat Lee <pat@HARBOR.example>", "mailto:pat@harbor.example"])
def test_another_spelling_of_the_same_mailbox_is_no_changed_contact(email: str, database: Records) -> None:
    load(row(1))
    assert load(row(1, email=email), options=("--most-contacts", "0")).exit_code == 0


@pytest.mark.parametrize("was", ["", "nobody", "none@none.com"])
def test_one_word_for_no_contact_may_take_the_place_of_another(was: str, database: Records) -> None:
    load(row(1, email=was))
    assert load(row(1, email="n/a"), options=("--most-contacts", "0")).exit_code == 0
    assert load(row(1), options=("--most-contacts", "0")).exit_code == 4


def test_the_first_load_changes_no_contact(database: Records) -> None:
    assert load(*(row(n) for n in range(150)), options=("--most-contacts", "0")).exit_code == 0
    assert active(database) == 150


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


@pytest.mark.parametrize(("content", "code"), [("email\na@one.example\n", 4), ("email\na@one.example\nnobody\n", 1)])
def test_a_complete_file_of_users_that_lacks_too_many_or_is_unreadable_removes_nobody(
    content: str, code: int, database: Records
) -> None:
    typed("users", "load", "-", input="email\na@one.example\nb@two.example\n")
    done = typed("users", "load", "--complete", "--most-inactive", "0", "-", input=content)
    assert done.exit_code == code
    assert database["portal_users"].count_documents({}) == 2


@pytest.mark.parametrize("typed_share", ["many", "-1", "5,000"])
def test_an_invalid_allowance_is_a_wrong_command_line(typed_share: str, database: Records) -> None:
    assert load(row(1), options=("--most-contacts", typed_share)).exit_code == 2


def test_an_allowance_for_complete_files_needs_the_promise_that_it_is_one(database: Records) -> None:
    done = load(row(1), options=("--most-inactive", "5"))
    assert done.exit_code == 2
    assert "--complete" in done.stderr
    assert active(database) == 0
