"""Loading importer records and portal users from files into a real database."""

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.problem import Problem
from shared.contracts.replies import Refused, StartAccepted
from shared.contracts.sealed import AccountRequest
from shared.domain.fields import email_address
from shared.domain.fields.importer_number import ImporterNumber
from shared.security.fingerprints import BlindIndex
from shared.security.keys import KeyRing, make_ring
from shared.settings.processes import Settings
from shared.storage.database import Database
from shared.storage.importers import StoredImporter
from tests.integration.records.commands import HEADER, Records, lines, load, typed
from tests.support.gateway import Gateway

HARBOR = "07-1234567AB,Harbor Lights LLC,Pat Rivera,pat.rivera@harbor.example,"
VANCE = "987-65-4320,Eleanor Vance,Eleanor Vance,eleanor@vance.example,"
SAMPLE = Path(__file__).parents[3] / "deploy/sample"


async def acectl(*arguments: str, input: str = "") -> str:
    """Runs a command in its own process, because a test's workers write to ours; returns what it prints."""
    command = (sys.executable, "-m", "services.console", *arguments)
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    printed, _ = await process.communicate(input.encode())
    assert process.returncode == 0
    return printed.decode()


def link_of(database: Records, number: str, keys: dict[str, str]) -> str | None:
    """The account linked to a record."""
    id = BlindIndex(KeyRing.parse(keys["ACE_KEYS_INDEX"])).compute("importer", number)
    found = database["importers"].find_one({"_id": id})
    assert found, "the record is there, under the index that the services look it up by"
    account: str | None = found["top_account"]
    return account


def test_loading_twice_changes_nothing(database: Records) -> None:
    assert load(HARBOR, VANCE).exit_code == 0
    before = list(database["importers"].find())
    assert load(HARBOR, VANCE).exit_code == 0
    assert list(database["importers"].find()) == before
    assert len(before) == 2


def test_a_changed_row_renews_its_record(database: Records) -> None:
    load(HARBOR, VANCE)
    assert load(HARBOR.replace("Harbor Lights", "Harbour Lights")).exit_code == 0
    assert database["importers"].count_documents({}) == 2
    seen = json.loads(typed("importers", "show", "07-1234567AB", "--json").stdout)
    assert seen["company_name"] == "Harbour Lights LLC"


def test_loading_again_renews_seals_under_a_new_key(
    database: Records, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    load(HARBOR)
    ring = make_ring()
    monkeypatch.setenv("ACE_KEYS_STORAGE", f"{ring},{keys['ACE_KEYS_STORAGE']}")
    load(HARBOR)
    [record] = database["importers"].find()
    assert record["record"].startswith(ring.partition(":")[0])


def test_nothing_personal_is_in_the_clear(database: Records) -> None:
    load(HARBOR, VANCE)
    typed("users", "load", "-", input="email\nowner@harbor.example\n")
    stored = str([list(database[name].find()) for name in database.list_collection_names()])
    assert "top_account" in stored
    for datum in ("07-1234567", "071234567AB", "987-65-4320", "987654320", "Harbor", "Vance", "rivera", "@harbor"):
        assert datum.lower() not in stored.lower()


@pytest.mark.parametrize("said", ["", "A-2"])
def test_a_row_that_contradicts_a_link_is_a_bad_row_and_the_link_stays(
    said: str, database: Records, keys: dict[str, str]
) -> None:
    assert load(f"{HARBOR}A-1", VANCE).exit_code == 0
    again = load(HARBOR + said, VANCE)
    assert again.exit_code == 1
    [line] = lines(again)
    assert "line 2: **-*****67AB: the record is linked to A-1" in line
    assert link_of(database, "07-1234567AB", keys) == "A-1"


def test_a_row_that_says_the_same_link_renews_the_rest(database: Records, keys: dict[str, str]) -> None:
    load(f"{HARBOR}A-1")
    assert load(HARBOR.replace("Lights", "Lanterns") + "A-1").exit_code == 0
    assert link_of(database, "07-1234567AB", keys) == "A-1"
    assert "Lanterns" in typed("importers", "show", "07-1234567AB").stdout


def test_a_record_without_a_link_gets_the_one_that_its_row_names(database: Records, keys: dict[str, str]) -> None:
    load(HARBOR)
    assert load(f"{HARBOR}A-1").exit_code == 0
    assert link_of(database, "07-1234567AB", keys) == "A-1"


def test_bad_rows_are_named_and_the_good_ones_loaded(database: Records) -> None:
    done = load(HARBOR, "07-1234567,No Suffix,,,", "987-65-4321,,,,", VANCE, HARBOR, "900-12-3456,Too Few")
    assert done.exit_code == 1
    assert [line.split(": ")[0] for line in lines(done)] == [f"standard input, line {n}" for n in (3, 4, 6, 7)]
    assert "4321" in done.stderr
    assert "987-65-4321" not in done.stderr
    assert database["importers"].count_documents({}) == 2


async def test_a_link_made_while_a_row_is_on_its_way_stays(
    database: Records, mongodb_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    importers = Database(mongodb_url, database.name).importers
    await importers.store([StoredImporter("a", "sealed", True, None), StoredImporter("b", "sealed", True, None)])
    look_up = importers.find_links

    async def look_up_just_before_it(records: list[StoredImporter]) -> dict[str, str | None]:
        found = await look_up(records)
        database["importers"].update_one({"_id": "a", "top_account": None}, {"$set": {"top_account": "A-1"}})
        return found

    monkeypatch.setattr(importers, "find_links", look_up_just_before_it)
    rows = [StoredImporter("a", "changed", True, "A-2"), StoredImporter("b", "changed", True, None)]
    assert await importers.store(rows) == {"a": "A-1"}
    assert {record["_id"]: (record["record"], record["top_account"]) for record in database["importers"].find()} == {
        "a": ("sealed", "A-1"),
        "b": ("changed", None),
    }


@pytest.mark.full
def test_two_simultaneous_loads_of_the_same_file_both_succeed(database: Records, tmp_path: Path) -> None:
    pytest.importorskip("faker")
    file = tmp_path / "importers.csv"
    file.write_text(typed("importers", "generate", "6000", "--seed", "1").stdout)

    async def both() -> None:
        command = ("-m", "services.console", "importers", "load", str(file))
        root = Path(__file__).parents[3]
        loading = [
            await asyncio.create_subprocess_exec(sys.executable, *command, cwd=root, stderr=asyncio.subprocess.PIPE)
            for _ in range(2)
        ]
        for process in loading:
            _, said = await process.communicate()
            assert process.returncode == 0, said.decode()

    asyncio.run(both())
    assert database["importers"].count_documents({}) == 6_000


def test_if_empty_loads_once(database: Records, tmp_path: Path) -> None:
    file = tmp_path / "importers.csv"
    file.write_text(f"{HEADER}{HARBOR}\n")
    assert typed("importers", "load", "--if-empty", str(file)).exit_code == 0
    file.write_text(f"{HEADER}{VANCE}\n")
    again = typed("importers", "load", "--if-empty", str(file))
    assert again.exit_code == 0
    assert "already" in again.stderr
    assert database["importers"].count_documents({}) == 1


def test_the_sample_files_hold_no_bad_row(database: Records) -> None:
    for group, file in (("importers", "importers.csv"), ("users", "portal-users.csv")):
        done = typed(group, "load", str(SAMPLE / file))
        assert done.exit_code == 0, done.stderr
        assert not lines(done)
    assert database["importers"].count_documents({"top_account": {"$ne": None}}) == 1
    assert set(database["importers"].distinct("active")) == {True, False}


def test_a_portal_user_is_known_by_the_normal_form_of_the_address(database: Records, keys: dict[str, str]) -> None:
    done = typed("users", "load", "-", input="email\nJürgen@MÜLLER.example\nnobody\n\njürgen@müller.example\n")
    assert done.exit_code == 1
    assert [line.split(": ")[0] for line in lines(done)] == ["standard input, line 3"]
    index = BlindIndex(KeyRing.parse(keys["ACE_KEYS_INDEX"]))
    known = [user["_id"] for user in database["portal_users"].find()]
    assert known == [index.compute("email", email_address.parse("jürgen@xn--mller-kva.example"))]


def test_a_record_is_shown_masked(database: Records) -> None:
    load(f"{VANCE}A-1")
    seen = json.loads(typed("importers", "show", "987-65-4320", "--json").stdout)
    assert seen == {
        "importer_number": "***-**-4320",
        "company_name": "Eleanor Vance",
        "poc_email": "e***@vance.example",
        "contact_changed_at": None,
        "status": "active",
        "top_account": "A-1",
    }
    assert typed("importers", "show", "-", input="987-65-4320\n").exit_code == 0
    assert typed("importers", "show", "987-65-4321").exit_code == 1


async def test_a_loaded_importer_can_apply_and_be_looked_up(
    gateway: Gateway, system: Settings, keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        **keys,
        "ACE_MONGODB_URL": system.need("mongodb_url"),
        "ACE_MONGODB_DATABASE": system.mongodb_database,
    }.items():
        monkeypatch.setenv(name, value)
    await acectl("importers", "load", "-", input=f"{HEADER}{HARBOR}\n{VANCE}A-1\n")
    await acectl("users", "load", "-", input="email\nTaken@harbor.example\n")

    async def apply(company: str, number: str, email: str) -> Any:
        request = AccountRequest(company_name=company, importer_number=ImporterNumber.parse(number).value, email=email)
        command, id = gateway.start(request)
        return await gateway.ask(command, id)

    taken = await apply("Harbor Lights LLC", "07-1234567AB", "taken@HARBOR.example")
    linked = await apply("ELEANOR VANCE", "987-65-4320", "e@vance.example")
    accepted = await apply("harbor lights l.l.c.", "07-1234567ab", "owner@harbor.example")
    assert isinstance(taken, Refused)
    assert taken.problem is Problem.EMAIL_IN_USE
    assert isinstance(linked, Refused)
    assert linked.problem is Problem.IMPORTER_ALREADY_LINKED
    assert isinstance(accepted, StartAccepted)

    listed = json.loads(await acectl("applications", "list", "--json"))
    reference = next(line["reference"] for line in listed if line["state"] not in ("rejected",))
    shown = await acectl("applications", "show", reference.lower())
    assert "Harbor Lights LLC" in shown or "harbor lights" in shown
    assert "**-*****67AB" in shown
    assert "start-application" in shown
    assert "owner@harbor.example" not in shown
    same = await acectl("applications", "show", str(accepted.application_id), "--json")
    assert json.loads(same)["reference"] == reference
