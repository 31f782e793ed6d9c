"""What is wrong with details, and that they are there again whatever happened."""

import pytest

from shared.contracts.commands import StartApplication, SubmitDetails
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State
from shared.domain import reference
from tests.support.scripted_form import AUTHORIZATION, CODE, DETAILS, EMAIL, NUMBER, REQUEST, SIGNED, Form


async def test_wrong_details_that_are_loaded_again_still_have_what_was_typed(form: Form) -> None:
    await form.browser.press(await form.at_details(), "Submit", SIGNED | {"*Zip Code": "nowhere"})
    page = await form.browser.open("/details")
    assert page.value("*Zip Code") == "nowhere"
    assert page.value("*City") == DETAILS["*City"]


async def test_each_broken_field_of_page_3_has_its_error_and_all_is_kept(form: Form) -> None:
    wrong = SIGNED | {
        "*Company Organizational Structure": "",
        "Account's Fiscal Year End Date": "31.12.2026",
        "DUNS#": "12345",
        "Company Website": "nonsense",
        "*Account Owner First Name": "",
        "*Country": "United",
        "*Telephone Number": "call me",
    }
    page = await form.browser.press(await form.at_details(), "Submit", wrong)
    assert page.status == 200
    broken = [label for label in DETAILS if page.error_at(label)]
    assert broken == [label for label in wrong if wrong[label] != SIGNED[label]]
    assert {label: page.value(label) for label in DETAILS} == {label: wrong[label] for label in DETAILS}
    assert page.input(AUTHORIZATION).has_attr("checked")
    assert not form.workers.of(SubmitDetails)


async def test_a_state_is_needed_where_the_country_has_them(form: Form) -> None:
    page = await form.browser.press(await form.at_details(), "Submit", SIGNED | {"State": ""})
    assert "United States, Canada and Mexico" in page.error_at("State")
    elsewhere = {"*Country": "Germany", "State": "", "*Zip Code": "10115", "*Telephone Number": "030-123456"}
    page = await form.browser.press(page, "Submit", elsewhere)
    assert form.workers.of(SubmitDetails)


async def test_nothing_is_submitted_without_the_authorization(form: Form) -> None:
    page = await form.browser.press(await form.at_details(), "Submit", DETAILS)
    assert page.error_at(AUTHORIZATION)
    assert not form.workers.of(SubmitDetails)


async def test_readonly_fields_are_not_taken_from_the_post(form: Form) -> None:
    page = await form.at_details()
    action, data = page.filled("Submit", SIGNED | {"*City": ""})
    page = await form.browser.post(action, data | {"email": "thief@example.com", "company_name": "Thief"})
    assert page.value("Business Email Address (Account Owner Login Email)") == "Jane.Doe@example.com"
    assert "thief" not in page.response.text.lower()


async def test_details_that_the_worker_refuses_are_errors_at_their_fields(form: Form) -> None:
    form.workers.on(SubmitDetails, Refused, problem=Problem.FIELD_INVALID, fields={"city": "unprintable"})
    page = await form.submit()
    assert page.path == "/details"
    assert "cannot be printed" in page.error_at("*City")
    assert page.value("*City") == "Springfield"
    assert page.input(AUTHORIZATION).has_attr("checked")


async def test_details_are_over_after_half_an_hour_without_a_request_and_shown_to_nobody(form: Form) -> None:
    await form.at_details()
    form.clock.passes(minutes=29)
    assert (await form.browser.open("/details")).path == "/details"
    form.clock.passes(minutes=31)
    page = await form.browser.open("/details")
    assert list(page.problems) == ["session-over"]
    assert REQUEST[NUMBER] not in page.response.text


async def test_details_are_over_after_six_hours_in_all(form: Form) -> None:
    await form.at_details()
    for _ in range(17):
        form.clock.passes(minutes=20)
        assert (await form.browser.open("/details")).path == "/details"
    form.clock.passes(minutes=20)
    assert list((await form.browser.open("/details")).problems) == ["session-over"]


@pytest.mark.parametrize("problem", [Problem.IMPORTER_ALREADY_LINKED, Problem.EMAIL_IN_USE])
async def test_a_race_lost_after_submit_leads_back_to_page_1_with_what_was_typed(form: Form, problem: Problem) -> None:
    page = await form.submit(state=State.REJECTED, problem=problem)
    assert (page.path, list(page.problems)) == ("/request", [problem])
    assert {label: page.value(label) for label in REQUEST} == REQUEST
    named = reference.derive(form.workers.of(StartApplication)[0].message.application_id)
    assert f"Reference of the request that ended: {named}" in page.text


async def test_details_typed_into_a_session_that_is_over_are_there_again_after_the_next_code(form: Form) -> None:
    page = await form.at_details()
    form.clock.passes(minutes=31)
    page = await form.browser.press(page, "Submit", SIGNED)
    assert (page.path, list(page.problems)) == ("/request", ["session-over"])
    assert page.value(EMAIL) == REQUEST[EMAIL]
    form.awaiting_code()
    page = await form.browser.press(page, "Next >")
    page = await form.browser.press(page, "Next >", CODE)
    assert {label: page.value(label) for label in DETAILS} == DETAILS
