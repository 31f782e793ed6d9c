"""A contact that had too many codes is told of the other requests: by the real workers, each with its own rights."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.sealed import AccountRequest
from shared.domain.limits.code_emails import CodeSent
from shared.domain.limits.digest import MOST_FOR_IMPORTER, MOST_REQUESTS, Digest, PutOffRequest, find_digest
from shared.domain.limits.keys import name_contact
from shared.security.fingerprints import BlindIndex
from shared.settings.loading import load_key_ring
from shared.settings.processes import Settings
from shared.storage.database import Database
from tests.support.gateway import connected_gateway
from tests.support.mail_sink import MailSink
from tests.support.records import store_importer
from tests.support.services import working
from tests.support.waiting import until

NOW = clock.now()
REQUEST = AccountRequest(company_name="Acme Imports Inc.", importer_number="12-3456789AB", email="a@b.example")


def a_digest(due_at: datetime = NOW) -> Digest:
    return Digest(uuid4(), NOW - timedelta(days=1), due_at)


async def test_a_request_without_a_code_reaches_the_contact_in_one_email(
    settings: Settings, database: Database, box: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.verifier.app.PAUSE", timedelta(seconds=0.2))
    monkeypatch.setattr(
        "services.intake.checks.find_digest", lambda contact, now: replace(find_digest(contact, now), due_at=now)
    )
    contact = name_contact(BlindIndex(load_key_ring(settings, "index")).compute("email", "poc@acme.example"))
    for _ in range(10):
        await database.limits.take_codes({contact: CodeSent(NOW)}, uuid4(), NOW)
    await store_importer(settings, REQUEST.importer_number, "ACME IMPORTS INC", "poc@acme.example")
    system = settings.model_copy(update={"smtp_url": box.url})
    async with working(system, ["intake", "verifier", "code-mailer"]), connected_gateway(system) as gateway:
        reply = await gateway.ask(*gateway.start(REQUEST))
        assert isinstance(reply, Refused)
        assert reply.problem is Problem.TOO_MANY_REQUESTS
        [email] = await box.emails(1)

        async def is_recorded() -> bool:
            found = await database.email_status.list_latest(9, NOW, [EmailStatus.SENT])
            return [kind for _, kind, _ in found] == [EmailKind.REQUESTS_DIGEST]

        await until(is_recorded)
    assert email.to == "poc@acme.example"
    assert "- ACME IMPORTS INC: IR# **-*****89AB, 1 request\n" in email.text.replace("\r\n", "\n")
    assert email.code is None
    assert await database.digests.list_due(NOW + timedelta(days=9)) == []


async def test_a_request_is_added_once_whoever_adds_it_at_the_same_moment(database: Database) -> None:
    digest, requests = a_digest(), [PutOffRequest(uuid4(), "acme") for _ in range(5)]
    await asyncio.gather(*(database.digests.add(digest, request) for request in requests * 3))
    found = await database.digests.load(digest.id)
    assert found is not None
    assert replace(found, requests=()) == digest
    assert len(found.requests) == 5
    assert set(found.requests) == set(requests)


async def test_beyond_so_many_requests_for_an_importer_and_in_all_no_more_are_added(database: Database) -> None:
    digest = a_digest()
    for number in range(MOST_FOR_IMPORTER + 2):
        await database.digests.add(digest, PutOffRequest(UUID(int=number), "acme"))
    for number in range(1000, 1000 + MOST_REQUESTS):
        await database.digests.add(digest, PutOffRequest(UUID(int=number), f"i{number % 30}"))
    found = await database.digests.load(digest.id)
    assert found is not None
    assert sum(request.importer == "acme" for request in found.requests) == MOST_FOR_IMPORTER
    assert {request.importer for request in found.requests} == {"acme", *(f"i{number}" for number in range(30))}
    assert len(found.requests) == MOST_REQUESTS


async def test_what_is_due_comes_first_and_is_forgotten_once_it_is_removed(database: Database) -> None:
    later, earlier, tomorrow = a_digest(), a_digest(NOW - timedelta(hours=1)), a_digest(NOW + timedelta(days=1))
    for digest in (later, earlier, tomorrow):
        await database.digests.add(digest, PutOffRequest(uuid4(), "acme"))
    assert await database.digests.list_due(NOW) == [earlier.id, later.id]
    await database.digests.remove(earlier.id)
    assert await database.digests.list_due(NOW) == [later.id]
    assert await database.digests.load(earlier.id) is None
