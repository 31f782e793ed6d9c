"""The code page above a ceiling of intake's: nobody learns from it whether number and name match a record."""

import re
from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.commands import CheckCode, StartApplication
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.message import Reply
from shared.contracts.problem import Problem
from shared.contracts.replies import RecordedReply, Refused, StartAccepted
from shared.contracts.state import State
from shared.domain import reference
from tests.support.browser import Page
from tests.support.scripted_form import CODE, Form

SENTENCE = "If the number and the name match a record, its point of contact gets a code by email"
SENT = {EmailKind.VERIFICATION_CODE: EmailStatus.SENT}


def accept(command: StartApplication) -> Reply:
    id = command.application_id
    return StartAccepted(application_id=id, reference=reference.derive(id), uniform=True)


@pytest.fixture
def uniform(form: Form) -> Form:
    form.workers.answers[StartApplication] = accept
    form.awaiting_code(emails={})
    return form


def without_ids(page: Page) -> str:
    """The page without what is new on each: the reference and the forms' tokens."""
    return re.sub(r'ACE-\w{4}-\w{4}|value="[^"]{100,}"', "", page.response.text)


async def test_it_says_what_happens_if_they_match_and_whom_to_call(uniform: Form) -> None:
    page = await uniform.at_code()
    assert page.path == "/code"
    assert SENTENCE in page.text
    assert "no-reply@ace.example" in page.text
    assert "Others may have sent them" in page.text
    assert "***" not in page.text
    assert "We emailed" not in page.text
    assert "10:00 (minutes:seconds)" in page.text
    assert "5 tries left" in page.text
    assert page.refreshes_after is None


async def test_what_is_known_of_an_email_changes_nothing(uniform: Form) -> None:
    page = await uniform.at_code()
    uniform.awaiting_code(emails=SENT)
    assert without_ids(await uniform.browser.open("/code")) == without_ids(page)


async def test_scripts_learn_no_more(uniform: Form) -> None:
    await uniform.at_code()
    told = (await uniform.browser.client.get("/status")).json()
    assert SENTENCE in told["email"]
    assert (told["settled"], told["coming"], told["left"], told["tries"]) == (True, True, 600, 5)
    uniform.awaiting_code(emails=SENT)
    assert (await uniform.browser.client.get("/status")).json() == told


async def test_nobody_waits_for_the_email_of_which_nothing_is_told(uniform: Form) -> None:
    await uniform.at_code()
    before = uniform.workers.waited
    await uniform.browser.open("/code")
    assert uniform.workers.waited == before


async def test_the_wait_for_it_does_not_say_that_a_code_is_made(uniform: Form) -> None:
    uniform.workers.outcome(state=State.REQUESTED)
    page = await uniform.at_code()
    assert page.path == "/waiting"
    assert "making the verification code" not in page.text
    assert "The next page asks for the verification code." in page.text


async def test_a_recorded_reply_says_the_same(uniform: Form) -> None:
    uniform.workers.say_nothing(StartApplication)
    uniform.workers.outcome(status="pending")
    await uniform.at_code()
    id = uniform.workers.of(StartApplication)[0].message.application_id
    reply = StartAccepted(application_id=id, reference=reference.derive(id), uniform=True)
    recorded: dict[str, Any] = {"reply": RecordedReply(type=reply.TYPE, body=reply.body().decode())}
    uniform.awaiting_code(emails={}, **recorded)
    page = await uniform.browser.open("/waiting")
    assert (page.path, SENTENCE in page.text) == ("/code", True)


async def test_its_end_does_not_tell_whether_an_email_was_sent(uniform: Form) -> None:
    await uniform.at_code()
    uniform.clock.passes(minutes=11)
    uniform.workers.outcome(state=State.EXPIRED)
    page = await uniform.browser.open("/code")
    assert (page.path, list(page.problems)) == ("/request", ["code-expired"])
    assert "The time is over" in page.problems["code-expired"]
    assert "our fault" not in page.problems["code-expired"]


async def test_a_code_that_is_judged_over_does_not_tell_it_either(uniform: Form) -> None:
    page = await uniform.at_code()
    uniform.workers.on(CheckCode, Refused, problem=Problem.CODE_EXPIRED)
    page = await uniform.browser.press(page, "Next >", CODE)
    assert list(page.problems) == ["code-expired"]
    assert "our fault" not in page.problems["code-expired"]


async def test_a_right_code_leads_on(uniform: Form) -> None:
    page = await uniform.browser.press(await uniform.at_code(), "Next >", CODE)
    assert page.path == "/details"


async def test_a_new_code_that_is_uniform_replaces_one_that_is_not(form: Form) -> None:
    page = await form.at_code()
    assert "***" in page.text
    form.workers.answers[StartApplication] = accept
    form.clock.at += timedelta(seconds=5)
    page = await form.browser.press(page, "Get a new code")
    assert (page.path, SENTENCE in page.text, "***" in page.text) == ("/code", True, False)
