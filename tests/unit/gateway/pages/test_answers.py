"""The answers as they will be recorded, which page 3 shows before submission; and its scripts' requests."""

from typing import Any

import pytest

from shared.contracts.commands import StartApplication, SubmitDetails
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.sealed import TypedDetails
from shared.contracts.state import State
from shared.security.sealing import name_context
from tests.support.browser import Page
from tests.support.scripted_form import AUTHORIZATION, DETAILS, REQUEST, SIGNED, Form

CHECK = "Check your answers"


def rows(page: Page) -> dict[str, str]:
    """The section's answers by title; empty while the section is hidden."""
    section = page.soup.select_one("#answers-rows:not([hidden])")
    return {row.dt.get_text(): row.dd.get_text() for row in section.select("dl > div")} if section else {}  # type: ignore[union-attr]


async def check(form: Form, page: Page, path: str, **typed: str) -> dict[str, Any]:
    """The response to a script of the page."""
    data = page.filled(page.buttons[0], {})[1] | typed
    response = await form.browser.client.post(path, data=data, headers=form.browser.headers)
    assert response.status_code == 200
    assert "set-cookie" not in response.headers
    found: dict[str, Any] = response.json()
    return found


async def test_without_scripts_the_answers_are_shown_when_they_are_asked_for(form: Form) -> None:
    page = await form.at_details()
    assert not rows(page)
    page = await form.browser.press(page, CHECK, DETAILS | {"Account Owner Middle Name": "", "DUNS#": "N/A"})
    assert not page.problems
    assert rows(page) == {
        "Company Name": "Acme Imports Inc",
        "Importer Record Number (IR#)": "**-*****8900",
        "Business Email Address (Account Owner Login Email)": "Jane.Doe@example.com",
        **{label.removeprefix("*"): value for label, value in DETAILS.items()},
        "Account Owner Middle Name": "Not given",
        "DUNS#": "Not given",
    }
    assert "cannot be withdrawn" in page.text
    assert not form.workers.of(SubmitDetails)


async def test_they_are_shown_as_they_are_recorded_and_not_as_they_were_typed(form: Form) -> None:
    typed = SIGNED | {"*Country": "usa", "State": "ill", "Account's Fiscal Year End Date": "Dec 31, 2026"}
    page = await form.browser.press(await form.at_details(), CHECK, typed)
    shown = rows(page)
    assert (shown["Country"], shown["State"]) == ("United States", "Illinois")
    assert shown["Account's Fiscal Year End Date"] == "12/31/2026"
    form.workers.outcome(state=State.COMPLETED, account="A-1")
    await form.browser.press(page, "Submit", typed)
    (submit,) = form.workers.of(SubmitDetails)
    assert isinstance(submit.message, SubmitDetails)
    context = name_context(SubmitDetails.TYPE, "details", submit.message.application_id)
    recorded = form.commands.open(TypedDetails, submit.message.details, context)
    assert recorded.telephone == shown["Telephone Number"]
    assert recorded.fiscal_year_end == shown["Account's Fiscal Year End Date"]


async def test_what_was_typed_and_selected_stays_while_the_answers_are_checked(form: Form) -> None:
    page = await form.browser.press(await form.at_details(), CHECK, SIGNED | {"*Zip Code": "nowhere"})
    assert page.error_at("*Zip Code")
    assert not page.error_at(AUTHORIZATION)
    assert rows(page)["Zip Code"] == "To be corrected"
    assert page.value("*Zip Code") == "nowhere"
    assert page.input(AUTHORIZATION).has_attr("checked")
    again = await form.browser.open("/details")
    assert again.value("*City") == "Springfield"


async def test_a_missing_value_is_reported_as_missing(form: Form) -> None:
    page = await form.browser.press(await form.at_details(), CHECK)
    assert rows(page)["City"] == "Not entered yet"
    assert rows(page)["State"] == "Not given"
    assert page.error_at("*City")
    assert not page.error_at(AUTHORIZATION)


async def test_each_answer_leads_to_its_field(form: Form) -> None:
    page = await form.browser.press(await form.at_details(), CHECK, DETAILS)
    links = {str(link["href"]) for link in page.soup.select("#answers-rows a")}
    assert links == {f"#{page.input(label)['id']}" for label in DETAILS}


async def test_the_state_changes_with_a_country_that_has_no_states(form: Form) -> None:
    typed = DETAILS | {
        "*Country": "Singapore",
        "State": "",
        "*Zip Code": "238801",
        "*Telephone Number": "+65-6123-4567",
    }
    page = await form.browser.press(await form.at_details(), CHECK, typed)
    assert rows(page)["State"] == "Not given"
    assert page.soup.select_one('[data-row="state"] a')["href"] == "#country"  # type: ignore[index]


async def test_submit_needs_no_check_before(form: Form) -> None:
    page = await form.at_confirmation()
    assert page.path == "/confirmation"
    assert len(form.workers.of(SubmitDetails)) == 1


async def test_a_form_that_is_being_submitted_is_not_changed_by_a_check(form: Form) -> None:
    page = await form.at_details()
    form.workers.away = True
    await form.browser.press(page, "Submit", SIGNED)
    assert (await form.browser.press(page, CHECK, DETAILS | {"*City": "Chicago"})).path == "/waiting"
    assert await check(form, page, "/details/check") == {}


async def test_scripts_are_told_the_rules_that_are_broken_and_the_answers(form: Form) -> None:
    page = await form.at_details()
    told = await check(form, page, "/details/check", city="Springfield", duns="12345")
    assert told["errors"]["duns"]["rule"] == "malformed"
    assert "must have nine digits" in told["errors"]["duns"]["error"]
    assert "city" not in told["errors"]
    assert told["errors"]["authorized"]["rule"] == "missing"
    assert "Springfield" in told["answers"]
    assert "<script" not in (await check(form, page, "/details/check", city="<script>"))["answers"]


async def test_scripts_are_told_the_owners_name_once_all_of_it_can_be_recorded(form: Form) -> None:
    page = await form.at_details()
    name = {"first_name": " Ada\u200b ", "middle_name": "N/A", "last_name": "\uff2cove\u00adlace"}
    assert (await check(form, page, "/details/check", **name))["owner"] == "Ada Lovelace"
    assert (await check(form, page, "/details/check", **name | {"last_name": ""}))["owner"] == ""


async def test_a_check_stores_nothing_and_does_not_extend_the_time(form: Form) -> None:
    page = await form.at_details()
    form.clock.passes(minutes=20)
    await check(form, page, "/details/check", city="Springfield")
    assert (await form.browser.open("/status")).status == 200
    form.clock.passes(minutes=11)
    assert await check(form, page, "/details/check") == {}
    assert (await form.browser.open("/details")).path == "/request"


async def test_page_1_is_judged_by_its_own_rules(form: Form) -> None:
    page = await form.at_request()
    told = await check(form, page, "/request/check", company_name="Acme", importer_number="12-3456789", email="x")
    assert {name: error["rule"] for name, error in told["errors"].items()} == {
        "importer_number": "missing-suffix",
        "email": "malformed",
    }


@pytest.mark.parametrize("path", ["/request/check", "/details/check"])
async def test_nobody_else_is_told_anything(form: Form, path: str) -> None:
    page = await form.at_details()
    assert await check(form, page, path, token="") == {}
    data = page.filled("Submit", {})[1]
    elsewhere = await form.browser.client.post(path, data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403


async def test_an_error_says_which_rule_it_is_about_and_one_of_others_says_none(form: Form) -> None:
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST | {"*Company Name": ""})
    assert [tag.get("data-rule") for tag in page.soup.select(".usa-error-message")] == ["missing"]
    form.workers.on(StartApplication, Refused, problem=Problem.EMAIL_IN_USE)
    page = await form.browser.press(page, "Next >", REQUEST)
    assert [tag.get("data-rule") for tag in page.soup.select(".usa-error-message")] == [None]
