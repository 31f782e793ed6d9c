"""What scripts ask while a person waits: the reply says where to go, and changes nothing."""

from typing import Any

import pytest

from shared.contracts.commands import AskOutcome, CheckCode, StartApplication
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.state import State
from tests.support.scripted_form import CODE, REQUEST, Form


async def status(form: Form) -> dict[str, Any]:
    answer = await form.browser.client.get("/status")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    content: dict[str, Any] = answer.json()
    told = {"path", "heading", "sentence", "held", "late", "settled", "email", "coming", "left", "tries", "reload"}
    assert content.keys() == told
    return content


async def test_a_visitor_without_a_session_is_on_page_1(form: Form) -> None:
    assert await status(form) == {
        **dict.fromkeys(["heading", "sentence", "email", "left", "tries"]),
        "path": "/request",
        "held": 0,
        "late": "",
        "settled": False,
        "coming": True,
        "reload": False,
    }
    assert not form.workers.sent


async def test_a_wait_says_what_for_and_leads_on_when_it_ends(form: Form) -> None:
    form.workers.outcome(state=State.REQUESTED)
    waiting = await form.at_code()
    found = await status(form)
    assert (found["path"], found["late"], found["reload"]) == ("/waiting", "", False)
    assert found["heading"] == waiting.heading
    assert found["sentence"] in waiting.text
    form.clock.passes(seconds=10)
    longer = (await status(form))["late"]
    form.clock.passes(seconds=50)
    assert "" != longer != (await status(form))["late"] != ""
    form.awaiting_code()
    assert (await status(form))["path"] == "/code"
    assert (await form.browser.open("/code")).path == "/code"


async def test_on_the_code_page_it_tells_the_email_the_time_and_the_tries(form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.DEFERRED})
    await form.at_code()
    form.clock.passes(seconds=100)
    found = await status(form)
    assert (found["path"], found["left"], found["tries"]) == ("/code", 500, 5)
    assert "could not take the email" in found["email"]
    assert "p***@a***.example" in found["email"]
    form.workers.outcome(state=State.AWAITING_CODE, expires_at=form.clock.at, tries_left=2)
    assert (await status(form))["path"] == "/request"  # its time is over


async def test_a_parked_email_is_shown_as_sent_once_it_is(form: Form) -> None:
    form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.PARKED})
    page = await form.at_code()
    assert "This is our fault" in page.text
    parked = await status(form)
    assert (parked["path"], parked["settled"], parked["coming"]) == ("/code", False, False)
    form.awaiting_code()
    sent = await status(form)
    assert (sent["path"], sent["settled"], sent["coming"]) == ("/code", True, True)
    assert "We emailed the verification code" in sent["email"]


@pytest.mark.parametrize(
    "standing",
    [
        {"state": State.REJECTED, "problem": Problem.POC_EMAIL_REFUSED},
        {"state": State.LOCKED},
        {"state": State.EXPIRED},
        {"state": State.ABANDONED},
        {"state": State.VERIFIED},
    ],
)
async def test_a_person_waiting_for_a_code_that_will_not_come_is_sent_on(form: Form, standing: dict[str, Any]) -> None:
    await form.at_code()
    form.workers.outcome(**standing)
    assert (await status(form))["path"] == "/request"
    page = await form.browser.open("/request")
    assert page.problems


async def test_the_answer_does_not_undo_what_another_tab_did_meanwhile(form: Form) -> None:
    page = await form.at_code()
    old = form.browser.remembered()
    await form.browser.press(page, "Next >", CODE)
    newer = form.browser.remembered()
    form.browser.client.cookies = old
    form.workers.outcome(state=State.VERIFIED)
    assert (await status(form))["path"] == "/request"
    form.browser.client.cookies = newer
    assert (await form.browser.open("/details")).path == "/details"


async def test_it_does_not_renew_the_time_of_the_details_page(form: Form) -> None:
    await form.at_details()
    for _ in range(3):
        form.clock.passes(minutes=9)
        found = await status(form)
    assert (found["path"], found["left"]) == ("/details", 180)
    form.clock.passes(minutes=3)
    assert (await status(form))["path"] == "/request"
    assert list((await form.browser.open("/details")).problems) == ["session-over"]


async def test_a_command_that_the_broker_took_only_now_makes_the_page_reload_once(form: Form) -> None:
    page = await form.at_request()
    form.workers.away = True
    await form.browser.press(page, "Next >", REQUEST)
    found = await status(form)
    assert (found["path"], found["reload"]) == ("/waiting", False)
    form.workers.away = False
    form.workers.say_nothing(StartApplication)
    form.workers.outcome(status="pending")
    assert (await status(form))["reload"]
    await form.browser.open("/waiting")
    sent = len(form.workers.of(StartApplication))
    assert not (await status(form))["reload"]
    assert len(form.workers.of(StartApplication)) == sent
    assert len({command.id for command in form.workers.of(StartApplication)}) == 1
    assert form.workers.of(AskOutcome)


async def test_a_code_is_judged_once_however_often_its_status_is_asked(form: Form) -> None:
    page = await form.at_code()
    form.workers.say_nothing(CheckCode)
    form.workers.outcome(status="pending", state=State.AWAITING_CODE, expires_at=form.expires_at)
    await form.browser.press(page, "Next >", CODE)
    for _ in range(3):
        assert (await status(form))["path"] == "/waiting"
    assert len(form.workers.of(CheckCode)) == 1
