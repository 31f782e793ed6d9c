"""The way through the form when everything succeeds, and what each page shows."""

import hashlib
import re
from pathlib import Path

import pytest

from services.gateway.views import rendering
from shared.contracts.commands import CheckCode, StartApplication, SubmitDetails
from shared.contracts.replies import StartAccepted
from shared.contracts.sealed import AccountRequest, Grant, TypedCode, TypedDetails
from shared.domain import reference
from shared.security.sealing import name_context
from tests.support.scripted_form import AUTHORIZATION, CODE, DETAILS, REQUEST, SIGNED, Form

PRIVACY_ACT_STATEMENT = "fff2c49e84df8f41ae1234a9e8c8e645a0a0841bba83cb210b6acadd3853aa4a"
"""SHA-256 of the statement in the guide, with single spaces between words."""


async def test_the_start_page_leads_to_the_form_by_the_link_of_the_guide(form: Form) -> None:
    start = await form.browser.open("/")
    page = await form.browser.open(start.link("Importers:"))
    assert start.heading == "Applying for an ACE Secure Data Portal Account"
    assert page.heading == "Application for an ACE Portal Top Account with the Importer Sub-account View"
    (link,) = start.soup.find_all("a", string="Importers:")
    assert "usa-button" in link["class"]
    assert "Step 3: Apply" in [tag.get_text() for tag in start.soup.find_all("h3")]


async def test_steps_are_the_start_pages_and_the_forms_pages_are_parts(form: Form) -> None:
    start = await form.browser.open("/")
    assert [number for number in "123" if f"Step {number}:" in start.text] == ["1", "2", "3"]
    pages = [await form.at_code(), await form.browser.open("/request?new"), await form.at_confirmation()]
    for page, part in zip(pages, ("2 of 4, Verify", "1 of 4, Request", "4 of 4, Confirmation"), strict=True):
        assert page.title.startswith(f"Part {part}: {page.heading}")
        assert not re.search(r"\bstep \d", page.text, re.IGNORECASE)


async def test_page_1_has_the_guides_labels_and_button(form: Form) -> None:
    page = await form.at_request()
    assert page.labels == list(REQUEST)
    assert page.buttons == ["Next >"]


async def test_page_2_has_the_guides_label_and_buttons_and_tells_reference_time_and_tries(form: Form) -> None:
    page = await form.at_code()
    assert page.path == "/code"
    assert page.labels == ["*Verification Code"]
    assert page.buttons == ["Next >", "< Back", "Get a new code", "End the session"]
    assert page.input("*Verification Code")["autocomplete"] == "one-time-code"
    application_id = form.workers.of(StartApplication)[0].message.application_id
    assert reference.derive(application_id) in page.text
    assert "10:00 (minutes:seconds)" in page.text
    assert "valid until 10:10 AM Eastern time (15:10 UTC)" in page.text
    assert "5 tries left" in page.text


async def test_page_2_shows_the_point_of_contacts_address_masked(form: Form) -> None:
    assert "p***@a***.example" in (await form.at_code()).text
    again = await form.browser.press(await form.browser.open("/code"), "Next >", {"*Verification Code": "no"})
    assert "p***@a***.example" in again.text


@pytest.mark.parametrize("sent_to", [None, "k1." + "A" * 40])
async def test_page_2_omits_the_address_if_it_was_not_told_or_does_not_open(form: Form, sent_to: str | None) -> None:
    form.workers.on(StartApplication, StartAccepted, reference="ACE-0000-0000", sent_to=sent_to)
    page = await form.at_code()
    assert (page.path, page.status) == ("/code", 200)
    assert "***" not in page.text
    assert (await form.browser.press(page, "Next >", CODE)).path == "/details"


async def test_page_3_shows_earlier_entries_first_and_lets_nobody_change_them(form: Form) -> None:
    page = await form.at_details()
    fixed = [
        "Company Name",
        "Importer Record Number (IR#)",
        "Business Email Address (Account Owner Login Email)",
    ]
    end = ["Account Owner Name or Account Owner POC Name", "Acknowledgment Date"]
    assert page.labels == [*fixed, *DETAILS, AUTHORIZATION, *end]
    assert page.buttons == ["Check your answers", "Submit", "Save and get more time", "End the session"]
    assert [page.value(label) for label in fixed] == ["Acme Imports Inc", "12-345678900", "Jane.Doe@example.com"]
    assert [page.value(label) for label in end] == ["as entered above", "11/23/2026"]
    for label in (*fixed, *end):
        assert page.input(label).has_attr("readonly")
        assert not page.input(label).has_attr("name")


async def test_page_3_says_when_its_time_is_over_in_any_case_and_how_a_number_is_written(form: Form) -> None:
    page = await form.at_details()
    assert "up to six hours in all: until 4:00 PM Eastern time (21:00 UTC)" in page.text
    hint = page.soup.find(id=page.input("*Telephone Number")["aria-describedby"])
    assert "Include a dash (\u2013) to separate the parts of a phone number." in hint.get_text()  # type: ignore[union-attr]


async def test_the_acknowledgment_date_is_that_of_washington(form: Form) -> None:
    form.clock.passes(hours=13)  # four in the morning of the 24th in London
    form.awaiting_code()
    page = await form.at_details()
    assert page.value("Acknowledgment Date") == "11/23/2026"


async def test_the_authorization_holds_the_privacy_act_statement_as_the_guide_does(form: Form) -> None:
    page = await form.at_details()
    (statement,) = page.soup.select(".privacy")
    words = " ".join(statement.get_text().split())
    assert words.startswith("Privacy Act Statement Pursuant to 5 U.S.C. §552a(e)(3), this")
    assert hashlib.sha256(words.encode()).hexdigest() == PRIVACY_ACT_STATEMENT


async def test_the_confirmation_keeps_the_day_in_washington_on_which_it_was_submitted(form: Form) -> None:
    form.clock.passes(hours=13)  # four in the morning of the 24th in London
    form.awaiting_code()
    assert (
        "Submitted November 23, 2026, 11:00 PM Eastern time (04:00 UTC the next day)"
        in (await form.at_confirmation()).text
    )
    form.clock.passes(minutes=29)
    assert (
        "Submitted November 23, 2026, 11:00 PM Eastern time (04:00 UTC the next day)"
        in (await form.browser.open("/confirmation")).text
    )


async def test_the_confirmation_says_what_was_created_and_masks_the_importer_number(form: Form) -> None:
    page = await form.at_confirmation()
    assert page.path == "/confirmation"
    assert "A-1111-2222-3333" in page.text
    assert "**-*****8900" in page.text
    assert "12-345678900" not in page.text
    assert "Jane Quincy Doe, Jane.Doe@example.com" in page.text
    again = await form.browser.open("/confirmation")
    assert again.text == page.text


async def test_the_commands_carry_the_normal_values_sealed(form: Form) -> None:
    await form.at_confirmation()
    start, check, submit = form.workers.commands
    id = start.message.application_id
    assert isinstance(start.message, StartApplication)
    assert isinstance(check.message, CheckCode)
    assert isinstance(submit.message, SubmitDetails)
    opened = form.commands.open(
        AccountRequest, start.message.request, name_context(StartApplication.TYPE, "request", id)
    )
    assert opened == AccountRequest(
        company_name="Acme Imports Inc", importer_number="12-345678900", email="Jane.Doe@example.com"
    )
    code = form.commands.open(TypedCode, check.message.code, name_context(CheckCode.TYPE, "code", id))
    assert code.code == "ABCDEFGH"
    grant = form.commands.open(Grant, submit.message.grant, name_context(SubmitDetails.TYPE, "grant", id))
    assert grant.token == "granted"
    details = form.commands.open(TypedDetails, submit.message.details, name_context(SubmitDetails.TYPE, "details", id))
    assert (details.country, details.state, details.authorized) == ("US", "IL", True)
    assert start.message.taken_at == form.clock.at


async def test_the_grant_never_reaches_the_browser_readably(form: Form) -> None:
    page = await form.at_details()
    cookies = " ".join(form.browser.client.cookies.values())
    assert "granted" not in page.response.text + cookies


async def test_every_page_from_the_second_on_shows_the_same_reference(form: Form) -> None:
    page = await form.at_code()
    named = reference.derive(form.workers.of(StartApplication)[0].message.application_id)
    assert named in page.text
    page = await form.browser.press(page, "Next >", {"*Verification Code": "ABCDEFGH"})
    assert named in page.text
    form.workers.outcome(state="completed", account="A-1")
    page = await form.browser.press(page, "Submit", SIGNED)
    assert named in page.text


def test_templates_contain_no_inline_scripts_and_no_inline_styles() -> None:
    for template in (Path(rendering.HERE) / "templates").iterdir():
        text = template.read_text()
        assert all("src=" in opening for opening in re.findall(r"<script[^>]*>", text))
        assert not re.search(r"\son[a-z]+=|style=|<style|javascript:", text)


async def test_numbers_and_their_formats_are_not_broken_at_a_dash(form: Form) -> None:
    page = await form.at_request()
    assert {"NN-NNNNNNNXX", "YYDDPP-NNNNN", "NNN-NN-NNNN"} <= {
        tag.get_text() for tag in page.soup.select(".usa-hint .whole")
    }
    page = await form.at_confirmation()
    (reference, *numbers) = [tag.get_text() for tag in page.soup.select("main .reference .whole, main .facts .whole")]
    assert reference.startswith("ACE-")
    assert numbers == ["A-1111-2222-3333", "**-*****8900"]
