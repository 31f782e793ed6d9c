"""Real-world files, loaded by the command into a real database, and the result of each."""

import json
from pathlib import Path

import pytest

from shared.domain.fields import email_address
from shared.domain.importer_record import poc_email
from shared.security.fingerprints import BlindIndex
from shared.security.keys import KeyRing
from shared.security.sealing import Sealer
from shared.storage.sealed_documents import ImporterRecord
from tests.cases import Case, cases
from tests.integration.records.commands import Records, lines, load_one, typed

FILES = Path(__file__).parents[2] / "cases/importer_files"
RECORD = {
    "importer_number": "88-500009900",
    "company_name": "Tidewater Imports LLC",
    "poc_name": "Pat Lee",
    "poc_email": "pat@tidewater.example",
    "top_account": "",
    "status": "active",
}


def of(column: str) -> list[Case]:
    return [case for case in cases("importer_file") if case["column"] == column]


def stored_email(database: Records, keys: dict[str, str]) -> str:
    [found] = database["importers"].find()
    sealer = Sealer(KeyRing.parse(keys["ACE_KEYS_STORAGE"]))
    return sealer.open(ImporterRecord, found["record"], f"importers/record/{found['_id']}").poc_email


@pytest.mark.parametrize("case", of("status"), ids=lambda case: case["input"])
def test_a_status_that_is_not_clearly_active_closes_the_record(case: Case, database: Records) -> None:
    was = "inactive" if case["outcome"] == "active" else "active"
    assert load_one({**RECORD, "status": was}).exit_code == 0
    load_one({**RECORD, "status": case["input"]})
    shown = json.loads(typed("importers", "show", "88-500009900", "--json").stdout)
    assert shown["status"] == ("active" if case["outcome"] == "active" else "inactive")


@pytest.mark.parametrize("case", of("poc_email"), ids=lambda case: case["input"])
def test_a_point_of_contact_is_read_or_named(case: Case, database: Records, keys: dict[str, str]) -> None:
    done = load_one({**RECORD, "poc_email": case["input"]})
    assert done.exit_code == 0, "no poc_email makes a bad row"
    kept = stored_email(database, keys)
    assert poc_email.read(kept).address == case["value"]
    if case["outcome"] == "code-sent":
        assert kept == case["value"]
        assert "usable" not in done.stderr
    else:
        assert "records without a usable poc_email: 1: " in done.stderr
        assert "(line 2)" in done.stderr
        assert not case["input"] or case["input"] not in done.stderr


@pytest.mark.parametrize("case", of("email (users)"), ids=lambda case: case["input"])
def test_a_portal_user_is_the_one_who_types_the_same_mailbox(
    case: Case, database: Records, keys: dict[str, str]
) -> None:
    assert typed("users", "load", "-", input=f"email\n{case['input']}\n").exit_code == 0
    index = BlindIndex(KeyRing.parse(keys["ACE_KEYS_INDEX"]))
    asked = index.compute("email", email_address.normalize(email_address.parse(case["typed"])))
    assert [user["_id"] for user in database["portal_users"].find()] == [asked]


@pytest.mark.parametrize("case", cases("importer_files"), ids=lambda case: case["file"])
def test_a_file_as_spreadsheets_leave_it(case: Case, database: Records) -> None:
    done = typed("importers", "load", str(FILES / case["file"]))
    assert database["importers"].count_documents({}) == int(case["loaded"])
    assert len(lines(done)) == int(case["bad"])
    assert done.exit_code == (1 if case["outcome"] == "refused" else 0)
    assert "twice ." not in done.stderr
    assert done.stderr.count("\n") == 1 + int(case["bad"])
