"""What the notifier records of emails, in a real database, and the view that others read."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import CodeIssued, EmailDue
from shared.domain.email import LEASE, WELCOME, Email, Emails
from shared.domain.errors import Conflict
from shared.settings.processes import Settings
from shared.storage.database import Database
from tests.support.applications import begun

CODE = EmailKind.VERIFICATION_CODE
SEALED = "k1." + "A" * 60


def now() -> Any:
    return clock.now().replace(microsecond=0)


async def test_of_two_mailers_one_claims_an_email(database: Database) -> None:
    emails, at = Emails(uuid4()), now()
    claims = await asyncio.gather(
        *(database.emails.save(emails.claim(CODE, at)) for _ in range(5)), return_exceptions=True
    )
    assert [type(claim) for claim in claims if isinstance(claim, Exception)] == [Conflict] * 4
    [claimed] = [claim for claim in claims if isinstance(claim, Emails)]
    [email] = claimed.by_kind.values()
    assert email == Email(EmailStatus.SENDING, at, 1, leased_until=email.leased_until)
    with pytest.raises(Conflict):
        await database.emails.save(emails.claim(CODE, at))


@pytest.mark.parametrize("seconds", [-60, 60])
async def test_a_lease_is_as_long_for_a_mailer_whose_clock_is_wrong(
    database: Database, monkeypatch: pytest.MonkeyPatch, seconds: int
) -> None:
    right, id = clock.now, uuid4()
    claimed = await database.emails.save(Emails(id).claim(CODE, clock.now()))
    monkeypatch.setattr(clock, "now", lambda: right() + timedelta(seconds=seconds))
    read = await database.emails.load(id)
    assert read
    elsewhere, own = read.by_kind[CODE], claimed.by_kind[CODE]
    assert own.leased_until
    assert own.leased_until <= right() + LEASE
    assert elsewhere.leased_until
    assert timedelta() <= elsewhere.leased_until - timedelta(seconds=seconds) - own.leased_until < timedelta(seconds=5)
    assert not elsewhere.is_leased(clock.now() + LEASE)


async def test_words_of_a_mail_server_are_stored_as_they_are(database: Database) -> None:
    emails, at = Emails(uuid4()), now()
    claimed = await database.emails.save(emails.claim(CODE, at))
    await database.emails.save(claimed.record(CODE, EmailStatus.DEFERRED, at, attempt=1, reason="$changed_at"))
    stored = await database.emails.load(emails.id)
    assert stored
    assert stored.by_kind[CODE].reason == "$changed_at"


async def test_emails_of_one_application_do_not_get_in_each_others_way(database: Database) -> None:
    emails, at = Emails(uuid4()), now()
    await asyncio.gather(*(_claims(database, emails.claim(kind, at)) for kind in WELCOME))
    stored = await database.emails.load(emails.id)
    assert stored
    sent = await asyncio.gather(
        *(database.emails.save(stored.record(kind, EmailStatus.SENT, at, attempt=1)) for kind in WELCOME)
    )
    assert any(after.are_complete for after in sent), "whoever came last must see all of them"


async def _claims(database: Database, claim: Emails) -> None:
    try:
        await database.emails.save(claim)
    except Conflict:  # another one created the document at the same moment
        await database.emails.save(claim)


async def test_a_withdrawal_and_a_claim_cannot_both_win(database: Database) -> None:
    emails, at = Emails(uuid4()), now()
    await database.emails.save(emails.withdraw(CODE, at))
    with pytest.raises(Conflict):
        await database.emails.save(emails.claim(CODE, at))
    stored = await database.emails.load(emails.id)
    assert stored
    assert stored.by_kind[CODE].status is EmailStatus.WITHDRAWN


async def test_a_parked_email_is_seen_by_its_application_and_can_be_discarded(database: Database) -> None:
    id, message_id, at = uuid4(), uuid4(), now()
    event = CodeIssued(application_id=id, content=SEALED, due_at=at, expires_at=at)
    await database.emails.mark(event, message_id, sender="verifier", reason="it does not open", now=at)
    seen = await database.email_status.find(id)
    assert seen == {CODE: Email(EmailStatus.PARKED, at, 0, reason="it does not open", parked=message_id)}
    assert await database.email_status.find_needing_attention(at - timedelta(seconds=1)) == {id}
    await database.email_status.unmark(id, message_id)
    assert not (await database.email_status.find(id))[CODE].parked
    assert await database.overview.count_by_status(at - timedelta(seconds=1), at) == {"parked": 1}


async def test_marks_made_at_the_same_moment_are_all_kept(database: Database) -> None:
    id, at = uuid4(), now()
    events = {uuid4(): EmailDue(application_id=id, email=kind, content=SEALED, due_at=at) for kind in WELCOME}
    await asyncio.gather(
        *(database.emails.mark(events[each], each, sender="provisioner", reason="too old", now=at) for each in events)
    )
    assert {email.parked for email in (await database.email_status.find(id)).values()} == set(events)


async def test_an_email_of_a_kind_that_only_a_later_version_knows_can_be_marked(database: Database) -> None:
    id, message_id, at = uuid4(), uuid4(), now()
    event = EmailDue(application_id=id, email=EmailKind.ACCOUNT_READY, content=SEALED, due_at=at)
    event = event.model_copy(update={"email": "of-a-later-version"})
    for _ in range(2):
        await database.emails.mark(event, message_id, sender="provisioner", reason="an unknown value", now=at)
    stored = await database.emails.load(id)
    assert stored
    parked = Email(EmailStatus.PARKED, at, 0, reason="an unknown value", parked=message_id)
    assert stored.by_kind == {"of-a-later-version": parked}
    since, statuses = at - timedelta(seconds=1), [EmailStatus.PARKED]
    assert await database.email_status.list_latest(10, since, statuses) == [], "who does not know it still reads others"


async def test_a_record_that_cannot_be_read_hides_no_other(database: Database, database_settings: Settings) -> None:
    odd, at = uuid4(), now()
    parked = {"status": "boo", "at": at, "parked": uuid4()}
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        database_settings.need("mongodb_url"), uuidRepresentation="standard"
    )
    emails = client[database_settings.mongodb_database]["emails"]
    await emails.insert_one({"_id": odd, "changed_at": at, "emails": {"account-ready": parked}})
    other = Emails(uuid4()).claim(CODE, at)
    await database.emails.save(other)
    assert await database.email_status.find_needing_attention(at - timedelta(seconds=1)) == {other.id}
    assert await database.email_status.find(odd) == {}
    await emails.update_one({"_id": other.id}, {"$set": {"emails.of-a-later-version": parked}})
    read = await database.emails.load(other.id)
    assert read
    assert set(read.by_kind) == {CODE}, "a mailer that does not know one email still sends the others"
    client.close()


async def test_fields_of_a_later_version_stay_and_those_that_are_not_there_yet_are_no_failure(
    database: Database, database_settings: Settings
) -> None:
    emails, at = Emails(uuid4()), now()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        database_settings.need("mongodb_url"), uuidRepresentation="standard"
    )
    documents = client[database_settings.mongodb_database]["emails"]
    field = f"emails.{CODE}"
    await database.emails.save(emails.claim(CODE, at))
    later = {"of_a_later_version": [1], f"{field}.of_a_later_version": {"by": "whom"}}
    early = {f"{field}.{name}": "" for name in ("resend", "parked", "reason")}
    await documents.update_one({"_id": emails.id}, {"$set": later, "$unset": early})
    assert (await database.email_status.find(emails.id))[CODE].status is EmailStatus.SENDING
    claimed = await database.emails.load(emails.id)
    assert claimed
    await database.emails.save(claimed.record(CODE, EmailStatus.SENT, at, attempt=1))
    assert await documents.find_one({"_id": emails.id, f"{field}.status": "sent", **later})
    client.close()


async def test_the_view_is_read_by_the_index(database: Database, database_settings: Settings) -> None:
    id = uuid4()
    await database.emails.save(Emails(id).claim(CODE, now()))
    client: AsyncIOMotorClient[dict[str, object]] = AsyncIOMotorClient(database_settings.need("mongodb_url"))
    profiled = client[database_settings.mongodb_database]
    await profiled.command("profile", 2)
    await database.email_status.find(id)
    found = await profiled["system.profile"].find_one({"ns": f"{profiled.name}.email_status"})
    assert found
    assert found["docsExamined"] == 1
    assert "COLLSCAN" not in str(found.get("planSummary"))
    client.close()


async def test_the_code_email_that_is_due_the_longest_is_known_until_it_is_handed_over(database: Database) -> None:
    at = now()
    first, second, decoy = (begun(uuid4(), at - timedelta(seconds=age)) for age in (40, 30, 50))
    first, second = replace(first, importer="one"), replace(second, importer="another")
    for application in (first, second, decoy):
        await database.applications.save(application)
    assert await database.due_code_emails.find_oldest() == first.taken_at
    claimed = await database.emails.save(Emails(first.id).claim(CODE, at))
    assert await database.due_code_emails.find_oldest() == first.taken_at
    await database.emails.save(claimed.record(CODE, EmailStatus.SENT, at, attempt=1))
    assert await database.due_code_emails.find_oldest() == second.taken_at
    withdrawn = Emails(second.id).withdraw(CODE, at)
    await database.emails.save(withdrawn)
    assert await database.due_code_emails.find_oldest() is None


async def test_a_due_code_email_is_found_among_hundreds_who_clicked_at_the_same_moment(
    database: Database, database_settings: Settings
) -> None:
    at = now()
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        database_settings.need("mongodb_url"), uuidRepresentation="standard"
    )
    stored = client[database_settings.mongodb_database]
    ids = [uuid4() for _ in range(502)]
    waits = {"state": "awaiting-code", "importer": "one", "taken_at": at}
    await stored["applications"].insert_many([{"_id": id, **waits} for id in ids])
    sent = {"emails": {"verification-code": {"status": "sent"}}}
    await stored["emails"].insert_many([{"_id": id, **sent} for id in ids[:-1]])
    assert await database.due_code_emails.find_oldest() == at
    client.close()
