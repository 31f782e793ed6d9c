"""Finding an application in the console: whole in what happened, masked in whom it is about, and audited."""

from dataclasses import replace

import pytest
from playwright.async_api import expect

from shared import clock
from shared.domain.application import Application, Code
from shared.domain.fields.email_address import normalize
from shared.storage.sealed_documents import REQUEST, Applicant
from tests.browser.stage.accessibility import violations
from tests.browser.stage.screens import NARROW, overflow
from tests.browser.stage.visitor import Visitor
from tests.support.applications import EXPIRES, ID
from tests.support.console import VIEWER, Console

EMAIL, NUMBER = "eleanor.vance@vance.example", "987-65-4320"


@pytest.fixture(scope="module")
async def application(console: Console) -> Application:
    now = clock.now()
    applicant = Applicant(company_name="Vance Antiques", importer_number=NUMBER, email=EMAIL)
    index, sealed = console.database.index, REQUEST.seal(applicant, ID, console.database.storage)
    begun = Application.begin(ID, gateway="gateway", taken_at=now, now=now, cause="start-application")
    awaiting = replace(
        begun,
        request=sealed,
        importer=index.compute("importer", NUMBER),
        email=index.compute("email", normalize(EMAIL)),
    ).await_code(Code("mac", now, EXPIRES), now, "application-accepted")
    return await console.database.collections.applications.save(awaiting)


@pytest.mark.parametrize("typed", [EMAIL, NUMBER, "the reference"])
async def test_a_caller_is_found_by_what_they_know(
    viewer: Visitor, console: Console, application: Application, typed: str
) -> None:
    await viewer.open("/applications")
    label = "Reference, account, importer record number or requester's email address"
    await viewer.send({label: application.reference if typed == "the reference" else typed}, "Find")
    await viewer.arrives(f"/applications/{application.id}")
    await expect(viewer.page.get_by_role("heading", level=1)).to_have_text(application.reference)
    await expect(viewer.page.locator(".timeline")).to_contain_text("awaiting-code")
    seen = await viewer.page.content()
    assert not [datum for datum in (EMAIL, NUMBER) if datum in seen + viewer.page.url]
    audit = [entry async for entry in console.database.collections.audit.list_latest(2)]
    assert [(entry.who, entry.action) for entry in audit] == [(VIEWER, "look-up")] * 2
    assert not [entry for entry in audit if EMAIL in entry.cause or NUMBER in entry.cause]


async def test_the_page_of_an_application_is_accessible_and_whole_on_a_phone(
    viewer: Visitor, application: Application
) -> None:
    await viewer.open(f"/applications/{application.reference}")
    assert await violations(viewer.page) == []
    for screen in NARROW.values():
        await viewer.page.set_viewport_size(screen)
        assert await overflow(viewer.page) == 0


async def test_what_nobody_can_be_found_by_is_explained(viewer: Visitor, application: Application) -> None:
    await viewer.open("/applications")
    label = "Reference, account, importer record number or requester's email address"
    await viewer.send({label: "12-345"}, "Find")
    assert await viewer.problems() == ["not-found"]


async def test_the_audit_leads_from_an_application_to_who_looked(viewer: Visitor, application: Application) -> None:
    await viewer.open(f"/applications/{application.id}")
    await viewer.follow("Who looked at it and acted on it")
    await viewer.arrives("/audit")
    await expect(viewer.page.get_by_role("row", name=VIEWER).first).to_contain_text("look-up")
