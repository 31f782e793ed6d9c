"""What is wrong with a request: where it stands, its status, and that no typed text is lost."""

from datetime import timedelta

import pytest

from shared.contracts.commands import StartApplication
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from tests.support.scripted_form import CODE, EMAIL, NUMBER, REQUEST, Form


async def test_empty_fields_of_page_1_get_an_error_each_and_nothing_is_sent(form: Form) -> None:
    page = await form.browser.press(await form.at_request(), "Next >")
    assert page.status == 200
    assert list(page.problems) == ["field-invalid"]
    assert all(page.error_at(label) for label in REQUEST)
    assert not form.workers.sent


async def test_an_error_page_keeps_what_was_typed(form: Form) -> None:
    typed = {**REQUEST, NUMBER: "12-3456", "*Company Name": 'Böse "Wörter" & <Söhne>'}
    page = await form.browser.press(await form.at_request(), "Next >", typed)
    assert {label: page.value(label) for label in typed} == typed
    assert not page.error_at(EMAIL)
    assert "field" in page.text


@pytest.mark.parametrize(
    ("problem", "labels"),
    [
        (Problem.IMPORTER_NOT_MATCHED, ["Company Name", "Importer Record Number (IR#)"]),
        (Problem.IMPORTER_ALREADY_LINKED, ["Importer Record Number (IR#)"]),
        (Problem.POC_EMAIL_MISSING, ["Importer Record Number (IR#)"]),
        (Problem.CONTACT_RECENTLY_CHANGED, ["Importer Record Number (IR#)"]),
        (Problem.TOO_MANY_REQUESTS, []),
        (Problem.UNAVAILABLE, []),
    ],
)
async def test_a_problem_without_a_field_leads_to_those_it_is_about_and_none_turns_red(
    form: Form, problem: Problem, labels: list[str]
) -> None:
    form.workers.on(StartApplication, Refused, problem=problem)
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    links = [tag for tag in page.soup.select(".summary a") if str(tag["href"]).startswith("#")]
    assert [link.get_text() for link in links] == labels
    for link in links:
        assert page.input(f"*{link.get_text()}")["id"] == str(link["href"]).removeprefix("#")
    assert not page.soup.select("[aria-invalid], .usa-form-group--error")


@pytest.mark.parametrize("problem", [Problem.UNAVAILABLE, Problem.CONTRACT_BROKEN, Problem.VERSION_GONE])
async def test_after_a_fault_of_ours_the_page_has_what_was_typed_and_says_so_to_monitors(
    form: Form, problem: Problem
) -> None:
    form.workers.on(StartApplication, Refused, problem=problem)
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    assert "something went wrong on our side" in page.text
    assert page.value("*Company Name") == REQUEST["*Company Name"]
    assert page.status == 503


async def test_an_error_page_that_is_loaded_again_still_has_what_was_typed(form: Form) -> None:
    typed = {**REQUEST, NUMBER: "12-3456"}
    await form.browser.press(await form.at_request(), "Next >", typed)
    page = await form.browser.open("/request")
    assert {label: page.value(label) for label in typed} == typed


async def test_what_was_typed_beside_a_request_that_is_under_way_does_not_change_that(form: Form) -> None:
    await form.at_code()
    await form.browser.press(await form.at_request(), "Next >", {**REQUEST, NUMBER: "12-3456"})
    page = await form.browser.press(await form.browser.open("/code"), "Next >", CODE)
    assert page.value("Importer Record Number (IR#)") == REQUEST[NUMBER]


@pytest.mark.parametrize("number", ["12-3456", "12-3456789", "123456789", "12345678901", "ABC"])
async def test_a_malformed_importer_number_is_answered_with_all_three_formats(form: Form, number: str) -> None:
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST | {NUMBER: number})
    for valid in ("NN-NNNNNNNXX", "YYDDPP-NNNNN", "NNN-NN-NNNN"):
        assert valid in page.error_at(NUMBER)
        assert page.text.count(valid) == 1


async def test_an_ein_without_its_suffix_gets_its_own_hint(form: Form) -> None:
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST | {NUMBER: "12-3456789"})
    assert "two-character suffix" in page.error_at(NUMBER).split(".")[0]


@pytest.mark.parametrize(
    "problem",
    [
        Problem.IMPORTER_NOT_MATCHED,
        Problem.POC_EMAIL_MISSING,
        Problem.CONTACT_RECENTLY_CHANGED,
        Problem.IMPORTER_ALREADY_LINKED,
    ],
)
async def test_a_refusal_about_the_importer_stands_on_page_1_at_no_single_field(form: Form, problem: Problem) -> None:
    form.workers.on(StartApplication, Refused, problem=problem)
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    assert (page.status, list(page.problems)) == (200, [problem])
    assert not any(page.error_at(label) for label in REQUEST)
    assert {label: page.value(label) for label in REQUEST} == REQUEST


async def test_an_address_in_use_stands_at_its_field_and_names_the_service_desk(form: Form) -> None:
    form.workers.on(StartApplication, Refused, problem=Problem.EMAIL_IN_USE)
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    assert list(page.problems) == ["email-in-use"]
    assert "1-800-555-0100" in page.error_at(EMAIL)


async def test_too_many_requests_says_when_to_come_back(form: Form) -> None:
    retry_at = form.clock.at + timedelta(minutes=25)
    form.workers.on(StartApplication, Refused, problem=Problem.TOO_MANY_REQUESTS, retry_at=retry_at)
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    assert page.status == 429
    assert page.response.headers["retry-after"] == "1500"
    assert "in about 25 minutes, after 10:25 AM Eastern time (15:25 UTC)." in page.problems["too-many-requests"]


async def test_a_changed_contact_says_from_when_a_code_can_be_sent_and_whom_to_call(form: Form) -> None:
    retry_at = form.clock.at + timedelta(hours=20)
    form.workers.on(StartApplication, Refused, problem=Problem.CONTACT_RECENTLY_CHANGED, retry_at=retry_at)
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    said = page.problems["contact-recently-changed"]
    assert "in about 20 hours, after 6:00 AM Eastern time (11:00 UTC) on November 24, 2026." in said
    assert "We cannot say who changed it." in said
    assert "call the service desk" in said
    assert "1-800-555-0100" in said


async def test_a_request_can_be_corrected_and_sent_again_after_a_refusal(form: Form) -> None:
    accept = form.workers.answers[StartApplication]
    form.workers.on(StartApplication, Refused, problem=Problem.IMPORTER_NOT_MATCHED)
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    form.workers.answers[StartApplication] = accept
    page = await form.browser.press(page, "Next >", {"*Company Name": "Acme Imports LLC"})
    assert page.path == "/code"
    first, second = form.workers.of(StartApplication)
    assert first.id != second.id
