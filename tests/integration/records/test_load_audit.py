"""Every load is in the audit, and several small ones are limited like one large one."""

import hashlib
import json
from typing import Any

import pytest

from tests.integration.records.commands import HEADER, Records, active, all_of, load, row, typed

MALLORY = "mallory@else.example"


def loads(*options: str) -> list[dict[str, Any]]:
    """The loads in the audit, the oldest first."""
    found: list[dict[str, Any]] = json.loads(typed("audit", "loads", "--json", *options).stdout)
    return found[::-1]


def test_a_load_is_recorded_with_its_actor_its_file_and_what_it_changed(database: Records) -> None:
    load(row(1), row(2), row(3))
    content = HEADER + f"{row(1, email=MALLORY)}\n{row(2)}\n{row(4)}\nnonsense\n"
    typed(
        "importers", "load", "--as", "Dana, 12-3456789AB", "--reason", "asked by pat@acme.example", "-", input=content
    )
    begun, first, second = loads()
    assert (begun["result"], begun["file"], first["result"], first["changes"]) == ("begun", None, "loaded", {"new": 3})
    assert (second["who"], second["why"]) == ("Dana, ***", "asked by ***@***")
    assert second["file"] == hashlib.sha256(content.encode()).hexdigest()
    assert (second["what"], second["result"], second["complete"]) == ("importer records", "loaded", False)
    assert (second["rows"], second["bad"]) == (4, 1)
    assert second["changes"] == {"new": 1, "changed": 1, "unchanged": 1, "contacts changed": 1}


def test_changed_contacts_are_listed_by_hash_and_found_by_number(database: Records) -> None:
    load(row(1), row(2))
    load(row(1, email=MALLORY), row(2))
    [changed] = loads("--importer", "07-0000001AB")
    [hash] = typed("audit", "contacts", changed["id"]).stdout.split()
    assert hash in {each["_id"] for each in all_of(database)}
    assert typed("audit", "loads", "--importer", "-", input="07-0000002AB\n").stdout == ""
    stored = str([list(database[name].find()) for name in ("loads", "changed_contacts")])
    assert "harbor" not in stored.lower()
    assert "0000001" not in stored
    assert "else.example" not in stored


def test_loads_that_stop_are_recorded_and_dry_runs_are_not(database: Records) -> None:
    load(row(1), row(2))
    load(row(1, email=MALLORY), options=("--most-contacts", "0"))
    load(row(1, email=MALLORY), options=("--dry-run",))
    assert [each["result"] for each in loads()] == ["begun", "loaded", "stopped"]


def test_small_loads_together_change_no_more_contacts_than_one(database: Records) -> None:
    load(*(row(n) for n in range(110)))
    for start in (0, 50):
        assert load(*(row(n, email=MALLORY) for n in range(start, start + 50))).exit_code == 0
    before = all_of(database)
    done = load(row(100, email=MALLORY))
    assert done.exit_code == 4
    assert "contacts changed: 1 records and 100 in the last 24 hours, 101 together," in done.stderr
    assert all_of(database) == before
    assert load(row(100), row(111)).exit_code == 0, "what changes no contact is not stopped"
    assert load(row(100, email=MALLORY), options=("--most-contacts", "101")).exit_code == 0
    database["loads"].update_many({}, [{"$set": {"at": {"$subtract": ["$at", 24 * 3_600_000]}}}])
    assert load(row(101, email=MALLORY)).exit_code == 0


@pytest.mark.parametrize("inactive", ["void", "?"])
def test_rows_that_make_records_inactive_are_limited_like_missing_ones(inactive: str, database: Records) -> None:
    load(*(row(n) for n in range(110)))

    def close(*numbers: int, options: tuple[str, ...] = ()) -> int:
        rows = "".join(f"{row(n)},{inactive}\n" for n in numbers)
        content = HEADER.replace("\n", ",status\n") + rows
        return typed("importers", "load", *options, "-", input=content).exit_code

    assert close(*range(101)) == 4
    assert active(database) == 110
    close(*range(60))
    assert close(*range(60, 101)) == 4
    assert load(*(row(n) for n in range(60, 69)), options=("--complete",)).exit_code == 4
    assert active(database) == 50
    close(*range(60, 101), options=("--most-inactive", "101"))
    assert active(database) == 9


def test_small_complete_files_of_users_together_remove_no_more_than_one(database: Records) -> None:
    def load_users(*numbers: int) -> int:
        content = "email\n" + "".join(f"user{n}@one.example\n" for n in numbers)
        return typed("users", "load", "--complete", "-", input=content).exit_code

    load_users(*range(150))
    assert load_users(*range(60, 150)) == 0
    assert load_users(*range(101, 150)) == 4
    assert load_users(*range(100, 150)) == 0
    assert database["portal_users"].count_documents({}) == 50
    assert [each["changes"].get("removed") for each in loads()] == [None, None, 60, 41, 40]


def test_without_the_audit_nothing_is_loaded(database: Records) -> None:
    load(row(1))
    before = all_of(database)
    database["loads"].drop()
    database.create_collection("loads", validator={"nothing": {"$exists": True}})
    try:
        assert load(row(1, email=MALLORY)).exit_code != 0
        assert all_of(database) == before
    finally:
        database["loads"].drop()
