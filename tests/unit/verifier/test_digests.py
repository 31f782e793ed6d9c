"""What a contact is told of requests without a code: of its own importers only, as their records are now."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from services.verifier.digests import MOST_LINES, DigestWriter
from shared.contracts.events import DigestDue
from shared.contracts.sealed import RequestsDigest
from shared.domain.application import Code
from shared.domain.limits.digest import MOST_FOR_IMPORTER, MOST_REQUESTS, NO_IMPORTER, Digest, PutOffRequest
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer, name_context
from shared.storage.importers import StoredImporter
from shared.storage.sealed_documents import RECORD, ImporterRecord
from tests.support.applications import NOW, requested
from tests.support.memory.broker import MemoryBroker
from tests.support.memory.digests import Digests
from tests.support.memory.store import Store

STORAGE, EMAILS = (Sealer(KeyRing.parse(make_ring())) for _ in range(2))
DAY = timedelta(days=1)


class Office:
    """Importer records, applications, and requests that wait for the digest of one contact."""

    def __init__(self, monkeypatch: Any) -> None:
        monkeypatch.setattr("shared.clock.now", lambda: NOW)
        self.digests, self.store, self.broker = Digests(), Store(), MemoryBroker()
        self.publisher = self.broker.publisher("verifier")
        self.digest = Digest(uuid4(), NOW - DAY, NOW)
        self.writer = self.make_writer()

    def make_writer(self, hold: timedelta = DAY) -> DigestWriter:
        return DigestWriter(
            cast("Any", self.digests),
            cast("Any", self.store),
            cast("Any", self),
            self.publisher,
            storage=STORAGE,
            emails=EMAILS,
            hold=hold,
        )

    async def find(self, id: str) -> StoredImporter | None:
        return self.store.importers.get(id)

    def has_record(self, id: str, poc_email: str = "pat@acme.example", sealer: Sealer = STORAGE, **stored: Any) -> None:
        record = ImporterRecord(
            importer_number="123-45-6789", company_name=f"{id} INC", poc_name="Pat Lee", poc_email=poc_email
        )
        said = {"active": True, "top_account": None, **stored}
        self.store.importers[id] = StoredImporter(id, RECORD.seal(record, id, sealer), **said)

    async def puts_off(self, importer: str, times: int = 1, digest: Digest | None = None) -> UUID:
        for _ in range(times):
            request = PutOffRequest(uuid4(), importer)
            await self.digests.add(digest or self.digest, request)
        return request.application

    async def tells(self) -> list[RequestsDigest]:
        """What goes out now."""
        await self.writer.run()
        due = [sent.message for sent in self.broker.to("ace.events")]
        return [
            EMAILS.open(RequestsDigest, each.content, name_context(each.TYPE, "content", each.application_id))
            for each in due
            if isinstance(each, DigestDue)
        ]


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


async def test_it_lists_importers_by_their_number_of_requests_with_numbers_masked(office: Office) -> None:
    for importer, times in (("ACME", 1), ("BLUE", 3)):
        office.has_record(importer)
        await office.puts_off(importer, times)
    [told] = await office.tells()
    assert (told.recipient, told.poc_name, told.requests) == ("pat@acme.example", "Pat Lee", 4)
    lines = [(line.company_name, line.importer_number, line.requests) for line in told.importers]
    assert lines == [("BLUE INC", "***-**-6789", 3), ("ACME INC", "***-**-6789", 1)]


async def test_it_goes_out_once_under_an_id_that_every_verifier_gives_it(office: Office) -> None:
    office.has_record("ACME")
    await office.puts_off("ACME")
    assert len(await office.tells()) == len(await office.tells()) == 1
    await office.puts_off("ACME")  # a verifier died before it forgot it
    await office.tells()
    assert len({sent.message_id for sent in office.broker.sent}) == 1
    assert office.digests.by_id == {}


async def test_it_waits_until_it_is_due(office: Office) -> None:
    office.has_record("ACME")
    await office.puts_off("ACME", digest=Digest(uuid4(), NOW, NOW + DAY))
    assert await office.tells() == []
    assert office.digests.by_id


async def test_whoever_got_a_code_later_is_not_in_it_and_a_decoy_is(office: Office) -> None:
    office.has_record("ACME")
    code = Code("mac", NOW, NOW + DAY)
    for fields in ({"importer": "ACME"}, {"uniform": True}):
        id = await office.puts_off("ACME")
        await office.store.save(replace(requested(**fields), id=id).await_code(code, NOW, "test"))
    [told] = await office.tells()
    assert told.requests == 1


async def test_if_all_got_a_code_nothing_goes_out(office: Office) -> None:
    office.has_record("ACME")
    id = await office.puts_off("ACME")
    await office.store.save(replace(requested(importer="ACME"), id=id).await_code(Code("m", NOW, NOW), NOW, "test"))
    assert await office.tells() == []
    assert office.digests.by_id == {}


async def test_no_address_is_told_of_an_importer_whose_record_names_another(office: Office) -> None:
    office.has_record("ACME", "Pat@ACME.example")
    office.has_record("BLUE", "sam@blue.example")
    office.has_record("CYAN", "pat@acme.example")
    for importer, times in (("ACME", 3), ("BLUE", 2), ("CYAN", 1), (NO_IMPORTER, 9), ("gone", 1)):
        await office.puts_off(importer, times)
    [told] = await office.tells()
    assert [line.company_name for line in told.importers] == ["ACME INC", "CYAN INC"]
    assert told.requests == 4


async def test_a_contact_that_changed_within_the_hold_is_told_nothing(office: Office) -> None:
    office.has_record("ACME", contact_changed_at=NOW - DAY / 2)
    office.has_record("BLUE", active=False)
    for importer in ("ACME", "BLUE"):
        await office.puts_off(importer)
    assert await office.tells() == []


async def test_a_contact_that_changed_since_the_day_began_decides_nothing_whatever_the_hold(office: Office) -> None:
    office.writer = office.make_writer(hold=timedelta())
    office.has_record("ACME", "mallory@evil.example", contact_changed_at=office.digest.since + timedelta(hours=1))
    office.has_record("BLUE", contact_changed_at=office.digest.since - timedelta(hours=1))
    await office.puts_off("ACME", 3)
    await office.puts_off("BLUE")
    [told] = await office.tells()
    assert (told.recipient, [line.company_name for line in told.importers]) == ("pat@acme.example", ["BLUE INC"])


async def test_a_record_that_does_not_open_yet_keeps_its_digest_and_no_other(office: Office) -> None:
    office.has_record("ACME", sealer=EMAILS)
    office.has_record("BLUE")
    await office.puts_off("ACME")
    await office.puts_off("BLUE", digest=Digest(uuid4(), NOW - DAY, NOW))
    assert [told.importers[0].company_name for told in await office.tells()] == ["BLUE INC"]
    assert list(office.digests.by_id) == [office.digest.id]


@pytest.mark.parametrize("what", ["application", "digest", "broker"])
async def test_one_that_cannot_be_read_or_published_keeps_no_other(
    office: Office, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.has_record("ACME")
    broken = await office.puts_off("ACME")
    await office.puts_off("ACME", digest=Digest(uuid4(), NOW - DAY, NOW))

    def breaks(at: Any, name: str, about: UUID) -> None:
        works = getattr(at, name)

        async def does(*args: Any, **said: Any) -> Any:
            if about in (*args, getattr(args[0], "application_id", None)):
                raise ValueError("a later version wrote it")
            return await works(*args, **said)

        monkeypatch.setattr(at, name, does)

    if what == "application":
        breaks(office.store, "load", broken)
    elif what == "digest":
        breaks(office.digests, "load", office.digest.id)
    else:
        breaks(office.publisher, "publish", office.digest.id)
    with capture_logs() as logged:
        assert len(await office.tells()) == 1
    assert list(office.digests.by_id) == [office.digest.id]
    assert [(line["event"], line["digest"]) for line in logged] == [
        ("a digest cannot be written", str(office.digest.id))
    ]


async def test_what_names_no_importer_is_forgotten_without_a_look_at_its_applications(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.puts_off(NO_IMPORTER, MOST_FOR_IMPORTER)
    read: list[UUID] = []

    async def load(id: UUID) -> None:
        read.append(id)

    monkeypatch.setattr(office.store, "load", load)
    assert await office.tells() == []
    assert office.digests.by_id == {}
    assert read == []


async def test_all_that_are_due_go_out_at_once(office: Office) -> None:
    office.has_record("ACME")
    for _ in range(101):
        await office.puts_off("ACME", digest=Digest(uuid4(), NOW - DAY, NOW))
    assert len(await office.tells()) == 101
    assert office.digests.by_id == {}


async def test_a_long_list_ends_with_how_many_others_there_are(office: Office) -> None:
    for number in range(MOST_LINES + 2):
        office.has_record(f"I{number}")
        await office.puts_off(f"I{number}")
    [told] = await office.tells()
    assert (len(told.importers), told.more_importers, told.requests) == (MOST_LINES, 2, MOST_LINES + 2)


async def test_a_flood_for_one_importer_hides_no_other_and_is_not_counted_to_its_end(office: Office) -> None:
    office.has_record("ACME")
    office.has_record("BLUE")
    await office.puts_off("ACME", MOST_REQUESTS + 1)
    await office.puts_off("BLUE")
    [told] = await office.tells()
    lines = [(line.company_name, line.requests, line.at_least) for line in told.importers]
    assert lines == [("ACME INC", MOST_FOR_IMPORTER, True), ("BLUE INC", 1, False)]
    assert (told.requests, told.at_least, told.importers_at_least) == (MOST_FOR_IMPORTER + 1, True, False)


async def test_a_full_list_says_that_there_may_be_more_importers(office: Office) -> None:
    for number in range(MOST_REQUESTS // MOST_FOR_IMPORTER):
        office.has_record(f"I{number}")
        await office.puts_off(f"I{number}", MOST_FOR_IMPORTER)
    [told] = await office.tells()
    assert (told.at_least, told.importers_at_least) == (True, True)
