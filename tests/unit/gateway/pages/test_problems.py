"""Every problem: where it appears, what it says, its status, and that no typed text is lost."""

from datetime import timedelta

import pytest

from shared.contracts.commands import CheckCode, StartApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State
from shared.domain import reference
from tests.support.scripted_form import AUTHORIZATION, CODE, DETAILS, EMAIL, NUMBER, REQUEST, SIGNED, Form

CODE_EMAIL = EmailKind.VERIFICATION_CODE
NOT_SENT = (EmailStatus.SENDING, EmailStatus.DEFERRED, EmailStatus.PARKED)


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
        (Problem.TOO_MANY_REQUESTS, ["Importer Record Number (IR#)"]),
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


async def test_wrong_details_that_are_loaded_again_still_have_what_was_typed(form: Form) -> None:
    await form.browser.press(await form.at_details(), "Submit", SIGNED | {"*Zip Code": "nowhere"})
    page = await form.browser.open("/details")
    assert page.value("*Zip Code") == "nowhere"
    assert page.value("*City") == DETAILS["*City"]


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
    "problem", [Problem.IMPORTER_NOT_MATCHED, Problem.POC_EMAIL_MISSING, Problem.IMPORTER_ALREADY_LINKED]
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


async def test_a_request_can_be_corrected_and_sent_again_after_a_refusal(form: Form) -> None:
    accept = form.workers.answers[StartApplication]
    form.workers.on(StartApplication, Refused, problem=Problem.IMPORTER_NOT_MATCHED)
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST)
    form.workers.answers[StartApplication] = accept
    page = await form.browser.press(page, "Next >", {"*Company Name": "Acme Imports LLC"})
    assert page.path == "/code"
    first, second = form.workers.of(StartApplication)
    assert first.id != second.id


async def test_a_wrong_code_is_an_error_at_its_field_with_the_tries_left(form: Form) -> None:
    form.workers.on(CheckCode, Refused, problem=Problem.CODE_WRONG, tries_left=4)
    page = await form.enter_code()
    assert (page.status, page.path) == (200, "/code")
    assert list(page.problems) == ["code-wrong"]
    assert "4 tries left" in page.error_at("*Verification Code")


@pytest.mark.parametrize("slip", ["ABCD", "ABCD-EFGH-1", "ABCD-EFG!", "A" * 500])
async def test_text_that_cannot_be_a_code_is_wrong_without_costing_a_try(form: Form, slip: str) -> None:
    page = await form.browser.press(await form.at_code(), "Next >", {"*Verification Code": slip})
    assert list(page.problems) == ["code-wrong"]
    assert "XXXX-XXXX" in page.error_at("*Verification Code")
    assert page.value("*Verification Code") == slip
    assert "5 tries left" in page.text
    assert not form.workers.of(CheckCode)


async def test_no_code_at_all_is_an_invalid_field(form: Form) -> None:
    page = await form.browser.press(await form.at_code(), "Next >", {"*Verification Code": " "})
    assert list(page.problems) == ["field-invalid"]
    assert not form.workers.of(CheckCode)


@pytest.mark.parametrize("problem", [Problem.CODE_EXPIRED, Problem.APPLICATION_LOCKED])
async def test_an_expired_or_locked_request_starts_again_empty(form: Form, problem: Problem) -> None:
    form.workers.on(CheckCode, Refused, problem=problem)
    page = await form.enter_code()
    assert (page.path, list(page.problems)) == ("/request", [problem])
    assert [page.value(label) for label in REQUEST] == ["", "", ""]
    assert not (await form.browser.open("/request")).problems  # it is said once


async def test_a_code_that_was_refused_by_the_mail_server_leads_back_with_what_was_typed(form: Form) -> None:
    page = await form.at_code()
    form.workers.outcome(state=State.REJECTED, problem=Problem.POC_EMAIL_REFUSED)
    page = await form.browser.open("/code")
    assert (page.path, list(page.problems)) == ("/request", ["poc-email-refused"])
    assert page.value(EMAIL) == REQUEST[EMAIL]


async def test_the_code_page_is_over_when_its_time_is(form: Form) -> None:
    page = await form.at_code()
    form.clock.passes(minutes=10)
    assert list((await form.browser.open("/code")).problems) == ["code-expired"]
    late = await form.browser.press(page, "Next >", CODE)
    assert late.heading.startswith("Application for")
    assert list(late.problems) == ["session-over"]
    assert not form.workers.of(CheckCode)


async def test_a_code_sent_after_its_time_is_expired_and_not_judged_by_its_tab(form: Form) -> None:
    page = await form.at_code()
    form.clock.passes(minutes=10)
    page = await form.browser.press(page, "Next >", CODE)
    assert list(page.problems) == ["code-expired"]


@pytest.mark.parametrize("emails", [{}, *({CODE_EMAIL: status} for status in NOT_SENT)])
async def test_a_code_that_we_could_not_send_in_time_is_said_to_be_our_fault(
    form: Form, emails: dict[EmailKind, EmailStatus]
) -> None:
    form.awaiting_code(emails=emails)
    await form.at_code()
    form.clock.passes(minutes=10)
    page = await form.browser.open("/code")
    assert list(page.problems) == ["code-expired"]
    assert "We could not send the verification code in time. This is our fault" in page.text
    assert "Agree with the point of contact" not in page.text
    assert not (await form.browser.open("/request")).problems  # it is said once


@pytest.mark.parametrize("away", [True, False])
async def test_a_code_that_was_sent_or_whose_email_is_unknown_has_simply_expired(form: Form, away: bool) -> None:
    form.awaiting_code(emails={CODE_EMAIL: EmailStatus.DEFERRED})
    await form.at_code()
    form.awaiting_code()
    form.workers.away = away
    form.clock.passes(minutes=10)
    page = await form.browser.open("/code")
    assert list(page.problems) == ["code-expired"]
    assert "our fault" not in page.text
    assert "Agree with the point of contact when you can both be reached" in page.text


async def test_a_refused_address_is_reported_even_after_the_code_expired(form: Form) -> None:
    await form.at_code()
    refused = {CODE_EMAIL: EmailStatus.REFUSED}
    form.workers.outcome(state=State.REJECTED, problem=Problem.POC_EMAIL_REFUSED, emails=refused)
    form.clock.passes(minutes=10)
    assert list((await form.browser.open("/code")).problems) == ["poc-email-refused"]


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (EmailStatus.SENT, "We emailed the verification code to the point of contact"),
        (EmailStatus.SENDING, "We are emailing the verification code"),
        (EmailStatus.DEFERRED, "could not take the email"),
        (EmailStatus.PARKED, "This is our fault: neither you nor the point of contact did anything wrong."),
    ],
)
async def test_the_code_page_is_honest_about_the_email(form: Form, status: EmailStatus, sentence: str) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: status})
    assert sentence in (await form.at_code()).text


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


@pytest.mark.parametrize("problem", [Problem.IMPORTER_ALREADY_LINKED, Problem.EMAIL_IN_USE])
async def test_a_race_lost_after_submit_leads_back_to_page_1_with_what_was_typed(form: Form, problem: Problem) -> None:
    page = await form.submit(state=State.REJECTED, problem=problem)
    assert (page.path, list(page.problems)) == ("/request", [problem])
    assert {label: page.value(label) for label in REQUEST} == REQUEST
    named = reference.derive(form.workers.of(StartApplication)[0].message.application_id)
    assert f"Reference of the request that ended: {named}" in page.text


async def test_details_that_the_worker_refuses_are_errors_at_their_fields(form: Form) -> None:
    form.workers.on(SubmitDetails, Refused, problem=Problem.FIELD_INVALID, fields={"city": "unprintable"})
    page = await form.submit()
    assert page.path == "/details"
    assert "cannot be printed" in page.error_at("*City")
    assert page.value("*City") == "Springfield"
    assert page.input(AUTHORIZATION).has_attr("checked")


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
