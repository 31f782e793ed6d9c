"""Tabs, double clicks and tokens: a form counts once, for its own request and browser."""

import httpx
import pytest

from shared.contracts.commands import AbandonApplication, CheckCode, StartApplication, SubmitDetails
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from tests.support.browser import Browser
from tests.support.scripted_form import CODE, DETAILS, EMAIL, REQUEST, SIGNED, Form


async def test_a_double_click_is_one_command(form: Form) -> None:
    page = await form.at_request()
    before = form.browser.remembered()
    await form.browser.press(page, "Next >", REQUEST)
    form.browser.client.cookies = before  # the second click was sent before the first one's response came
    again = await form.browser.press(page, "Next >", REQUEST)
    assert again.path == "/code"
    first, second = form.workers.of(StartApplication)
    assert first.id == second.id
    assert first.message.application_id == second.message.application_id


async def test_a_reload_after_the_answer_sends_nothing(form: Form) -> None:
    page = await form.at_request()
    await form.browser.press(page, "Next >", REQUEST)
    assert (await form.browser.press(page, "Next >", REQUEST)).path == "/code"
    assert len(form.workers.of(StartApplication)) == 1


async def test_a_corrected_field_is_a_new_command_and_another_spelling_of_the_same_is_not(form: Form) -> None:
    page = await form.at_request()
    before = form.browser.remembered()
    for typed in (REQUEST, REQUEST | {EMAIL: "Jane.Doe@EXAMPLE.COM"}, REQUEST | {EMAIL: "other@example.com"}):
        form.browser.client.cookies = httpx.Cookies(before)
        await form.browser.press(page, "Next >", typed)
    same, spelt, other = (sent.id for sent in form.workers.of(StartApplication))
    assert same == spelt != other


async def test_two_guesses_from_one_page_are_two_tries(form: Form) -> None:
    page = await form.at_code()
    form.workers.away = True
    await form.browser.press(page, "Next >", CODE)
    form.workers.away = False
    form.workers.say_nothing(CheckCode)
    await form.browser.press(page, "Next >", {"*Verification Code": "AAAA-AAAA"})
    await form.browser.press(page, "Next >", CODE)
    first, second = form.workers.of(CheckCode)
    assert first.id != second.id


async def test_a_form_expires_once_another_tab_has_started_over(form: Form) -> None:
    old = await form.at_code()
    new = await form.at_code()
    page = await form.browser.press(old, "Next >", CODE)
    assert (page.status, list(page.problems)) == (200, ["session-over"])
    assert not form.workers.of(CheckCode)
    page = await form.browser.press(new, "Next >", CODE)
    assert page.path == "/details"


async def test_back_in_an_old_tab_does_not_close_the_new_tabs_request(form: Form) -> None:
    old = await form.at_code()
    await form.at_code()
    closed = len(form.workers.of(AbandonApplication))
    page = await form.browser.press(old, "< Back")
    assert list(page.problems) == ["session-over"]
    assert len(form.workers.of(AbandonApplication)) == closed
    assert (await form.browser.open("/code")).path == "/code"


async def test_a_request_that_another_one_replaces_is_closed(form: Form) -> None:
    await form.at_code()
    await form.at_code()
    first, second = form.workers.of(StartApplication)
    (abandoned,) = form.workers.of(AbandonApplication)
    assert abandoned.message.application_id == first.message.application_id != second.message.application_id


async def test_a_request_whose_start_is_not_answered_yet_is_closed_too(form: Form) -> None:
    accepting = form.workers.answers[StartApplication]
    form.workers.say_nothing(StartApplication)
    form.workers.outcome(status="pending")
    assert (await form.at_code()).path == "/waiting"
    form.workers.answers[StartApplication] = accepting
    form.awaiting_code()
    assert (await form.at_code()).path == "/code"
    first, second = form.workers.of(StartApplication)
    (abandoned,) = form.workers.of(AbandonApplication)
    assert abandoned.message.application_id == first.message.application_id != second.message.application_id


async def test_page_1_beside_a_request_under_way_is_empty_and_leads_back_to_it(form: Form) -> None:
    await form.at_code()
    page = await form.at_request()
    assert page.value(EMAIL) == ""
    assert page.link("Go on with it") == "/code"


@pytest.mark.parametrize("path", ["/code", "/details", "/confirmation", "/waiting"])
async def test_a_page_opened_out_of_order_leads_to_where_the_session_stands(form: Form, path: str) -> None:
    assert (await form.browser.open(path)).path == "/request"
    await form.at_code()
    assert (await form.browser.open(path)).path == "/code"
    assert (await form.browser.open("/request")).path == "/code"
    await form.browser.press(await form.browser.open("/code"), "Next >", CODE)
    assert (await form.browser.open(path)).path == "/details"


@pytest.mark.parametrize("token", ["", "nonsense", "k1.AAAA", "\x00", "é" * 50])
async def test_page_1_without_a_token_of_ours_keeps_what_was_typed_and_sends_nothing(form: Form, token: str) -> None:
    action, data = (await form.at_request()).filled("Next >", REQUEST)
    page = await form.browser.post(action, data | {"token": token})
    assert (page.status, list(page.problems)) == (200, ["session-over"])
    assert {label: page.value(label) for label in REQUEST} == REQUEST
    assert not form.workers.sent
    assert (await form.browser.press(page, "Next >")).path == "/code"


async def test_a_token_of_another_browser_is_not_ours(form: Form) -> None:
    transport = httpx.ASGITransport(app=form.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://form.test") as client:
        foreign = await Browser(client).open("/request?new")
    await form.at_request()
    page = await form.browser.press(foreign, "Next >", REQUEST)
    assert list(page.problems) == ["session-over"]
    assert not form.workers.sent


async def test_details_sent_after_a_weekend_are_over_and_the_page_says_so(form: Form) -> None:
    page = await form.at_details()
    form.clock.passes(hours=60)
    page = await form.browser.press(page, "Submit", SIGNED)
    assert list(page.problems) == ["session-over"]
    assert not form.workers.of(SubmitDetails)


async def test_details_sent_without_a_session_are_not_lost(form: Form) -> None:
    page = await form.at_details()
    form.browser.client.cookies.clear()
    page = await form.browser.press(page, "Submit", SIGNED)
    assert list(page.problems) == ["session-over"]
    page = await form.browser.press(page, "Next >", REQUEST)
    page = await form.browser.press(page, "Next >", CODE)
    assert {label: page.value(label) for label in DETAILS} == DETAILS


async def test_a_second_submit_of_the_same_details_leads_on(form: Form) -> None:
    page = await form.at_details()
    form.workers.outcome(state="completed", account="A-1")
    await form.browser.press(page, "Submit", SIGNED)
    assert (await form.browser.press(page, "Submit", SIGNED)).path == "/confirmation"
    assert len(form.workers.of(SubmitDetails)) == 1


async def test_page_1_says_that_what_was_submitted_cannot_be_withdrawn_and_begins_beside_it(form: Form) -> None:
    form.workers.say_nothing(SubmitDetails)
    page = await form.submit()
    assert page.path == "/waiting"
    page = await form.at_request()
    assert "cannot be withdrawn" in page.text
    assert page.link("See how far it is") == "/waiting"
    form.awaiting_code()
    assert (await form.browser.press(page, "Next >", REQUEST | {EMAIL: "other@example.com"})).path == "/code"
    assert not form.workers.of(AbandonApplication)


async def test_a_command_that_the_broker_has_not_taken_is_given_up_for_a_new_request(form: Form) -> None:
    await form.submit(away=True)
    form.workers.away = False
    form.awaiting_code()
    page = await form.at_request()
    assert "takes its place" in page.text
    await form.browser.press(page, "Next >", REQUEST | {EMAIL: "other@example.com"})
    assert len(form.workers.of(AbandonApplication)) == 1


async def test_going_back_from_what_was_submitted_in_another_window_is_not_called_withdrawn(form: Form) -> None:
    page = await form.at_code()
    form.workers.on(AbandonApplication, Refused, problem=Problem.SESSION_OVER)
    page = await form.browser.press(page, "< Back")
    assert (page.path, list(page.problems)) == ("/request", ["session-over"])
    assert "withdrawn" not in page.text


async def test_a_new_request_can_follow_a_confirmed_one(form: Form) -> None:
    await form.at_confirmation()
    page = await form.at_request()
    assert "under way" not in page.text
    form.awaiting_code()
    assert (await form.browser.press(page, "Next >", REQUEST | {EMAIL: "other@example.com"})).path == "/code"
    assert not form.workers.of(AbandonApplication)
