"""What is wrong with a code or its email, and what the code page says of it."""

import pytest
from structlog.testing import capture_logs

from shared.contracts.commands import CheckCode
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State
from shared.security.fingerprints import BlindIndex
from shared.security.networks import tag_networks
from shared.settings.loading import load_key_ring
from shared.settings.processes import Settings
from tests.support.scripted_form import CODE, EMAIL, REQUEST, Form

CODE_EMAIL = EmailKind.VERIFICATION_CODE


NOT_SENT = (EmailStatus.SENDING, EmailStatus.DEFERRED, EmailStatus.PARKED)


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


@pytest.mark.parametrize("problem", [Problem.CODE_WRONG, Problem.APPLICATION_LOCKED])
@pytest.mark.parametrize("late", [False, True])
async def test_a_wrong_code_and_a_lock_are_logged_once_with_a_tag_of_the_network(
    form: Form, settings: Settings, problem: Problem, *, late: bool
) -> None:
    left = 4 if problem is Problem.CODE_WRONG else None
    page = await form.at_code()
    if late:
        form.workers.say_nothing(CheckCode)
        form.workers.outcome(status="pending", state=State.AWAITING_CODE, expires_at=form.expires_at)
        page = await form.browser.press(page, "Next >", CODE)
    form.workers.on(CheckCode, Refused, problem=problem, tries_left=left)
    with capture_logs() as logs:
        if late:
            form.clock.passes(minutes=1)
            page = await form.browser.open(page.path)
        else:
            page = await form.browser.press(page, "Next >", CODE)
        await form.browser.open(page.path)
    assert list(page.problems) == [problem]
    (line,) = [line for line in logs if "tries_left" in line]
    assert line["network"] == tag_networks(BlindIndex(load_key_ring(settings, "network")), "127.0.0.1")[0]
    assert line["tries_left"] == (left or 0)
    assert "127.0.0.1" not in str(logs)


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
