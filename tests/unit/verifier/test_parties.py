"""The verifier reads the record itself, whatever intake wrote."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from services.verifier.parties import Parties, find_parties
from shared.contracts.problem import Problem
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer
from shared.storage.importers import StoredImporter
from shared.storage.sealed_documents import RECORD, REQUEST, Contact, ImporterRecord
from tests.support.applications import ID, NOW, begun
from tests.unit.verifier.codes import PARTIES

STORAGE = Sealer(KeyRing.parse(make_ring()))
DAY = timedelta(hours=24)


async def find(hold: timedelta, name: str = "Pat Lee", **stored: Any) -> Parties | Problem | None:
    """The parties of an application whose record has these fields."""
    sealed = RECORD.seal(
        ImporterRecord(
            importer_number="123-45-6789", company_name="ACME INC", poc_name=name, poc_email="pat@acme.example"
        ),
        "index",
        STORAGE,
    )
    record = replace(StoredImporter("index", sealed, active=True, top_account=None), **stored)

    async def look_up(_id: str) -> StoredImporter:
        return record

    application = replace(begun(), importer="index", request=REQUEST.seal(PARTIES.applicant, ID, STORAGE))
    return await find_parties(application, cast("Any", SimpleNamespace(find=look_up)), STORAGE, hold=hold, now=NOW)


async def test_a_code_goes_to_the_contact_in_the_record() -> None:
    found = await find(DAY)
    assert isinstance(found, Parties)
    assert found.contact == Contact(company_name="ACME INC", poc_name="Pat Lee", poc_email="pat@acme.example")


async def test_a_contact_that_changed_within_the_hold_gets_no_code() -> None:
    assert await find(DAY, contact_changed_at=NOW - timedelta(hours=23)) is Problem.CONTACT_RECENTLY_CHANGED
    assert isinstance(await find(DAY, contact_changed_at=NOW - DAY), Parties)
    assert isinstance(await find(timedelta(), contact_changed_at=NOW), Parties)


async def test_a_record_that_is_no_longer_active_tells_nothing_of_its_contact() -> None:
    assert await find(DAY, active=False, contact_changed_at=NOW) is Problem.IMPORTER_NOT_MATCHED


async def test_what_is_no_name_does_not_reach_an_email_whoever_stored_it() -> None:
    found = await find(DAY, name="call +1 800 555 0100 now")
    assert isinstance(found, Parties)
    assert found.contact.poc_name == ""
