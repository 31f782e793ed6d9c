"""A new code while the old one is valid: the request starts over, and the old code works until that is accepted."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from shared.contracts.commands import AbandonApplication, CheckCode, StartApplication
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.sealed import AccountRequest
from shared.contracts.state import State
from shared.domain import reference
from shared.security.sealing import name_context
from tests.browser.stage.prompting import prompted
from tests.support.browser import Page
from tests.support.scripted_form import CODE, REQUEST, Form

NEW = "Get a new code"


def ids(form: Form, kind: type[StartApplication | AbandonApplication | CheckCode]) -> list[UUID]:
    return [sent.message.application_id for sent in form.workers.of(kind)]


def request_of(form: Form, start: StartApplication) -> AccountRequest:
    context = name_context(StartApplication.TYPE, "request", start.application_id)
    return form.commands.open(AccountRequest, start.request, context)


async def test_the_page_says_what_a_new_code_does_before_it_does_it(form: Form) -> None:
    page = await form.at_code()
    (section,) = page.soup.select(".new-code")
    assert "stops working" in section.find_previous("p").get_text()  # type: ignore[union-attr]


async def test_a_new_code_begins_the_request_anew_with_what_was_typed(form: Form) -> None:
    page = await form.browser.press(await form.at_code(), NEW)
    old, new = ids(form, StartApplication)
    assert old != new
    assert page.path == "/code"
    assert reference.derive(new) in page.text
    assert "Only the code in the newest email does" in page.text
    first, second = (request_of(form, sent.message) for sent in form.workers.of(StartApplication))  # type: ignore[arg-type]
    assert first == second
    assert "began anew" not in (await form.browser.open("/code")).text


async def test_the_old_request_is_given_up_once_and_only_after_the_new_one_was_accepted(form: Form) -> None:
    await form.browser.press(await form.at_code(), NEW)
    old, new = ids(form, StartApplication)
    assert ids(form, AbandonApplication) == [old]
    kinds = [type(sent.message) for sent in form.workers.commands]
    assert kinds == [StartApplication, StartApplication, AbandonApplication]
    await form.browser.press(await form.browser.open("/code"), "Next >", CODE)
    assert ids(form, CheckCode) == [new]


async def test_if_the_limit_refuses_a_new_code_the_current_one_keeps_working(form: Form) -> None:
    page = await form.at_code()
    retry_at = form.clock.at + timedelta(minutes=40)
    form.workers.on(StartApplication, Refused, problem=Problem.TOO_MANY_REQUESTS, retry_at=retry_at)
    form.clock.passes(minutes=1)
    page = await form.browser.press(page, NEW)
    assert (page.path, page.status, list(page.problems)) == ("/code", 429, ["too-many-requests"])
    assert "The code that you have goes on" in page.text
    assert int(page.response.headers["retry-after"]) > 0
    (old, _) = ids(form, StartApplication)
    assert reference.derive(old) in page.text
    assert "9:00 (minutes:seconds)" in page.text
    assert not ids(form, AbandonApplication)
    assert (await form.browser.press(page, "Next >", CODE)).path == "/details"
    assert ids(form, CheckCode) == [old]


async def test_after_a_refusal_another_new_code_is_another_request(form: Form) -> None:
    page = await form.at_code()
    form.workers.on(StartApplication, Refused, problem=Problem.TOO_MANY_REQUESTS)
    page = await form.browser.press(page, NEW)
    form.accept_start()
    page = await form.browser.press(page, NEW)
    assert page.path == "/code"
    assert not page.problems
    old, refused, new = ids(form, StartApplication)
    assert len({old, refused, new}) == 3
    assert ids(form, AbandonApplication) == [old]


async def test_a_double_click_and_two_tabs_are_one_new_request(form: Form) -> None:
    first = await form.at_code()
    second = await form.browser.open("/code")
    before = form.browser.remembered()

    async def press(page: Page) -> Page:
        form.browser.client.cookies = before
        return await form.browser.press(page, NEW)

    await asyncio.gather(press(first), press(first))
    form.browser.client.cookies = before
    await press(second)
    assert len(set(ids(form, StartApplication)[1:])) == 1
    assert set(ids(form, AbandonApplication)) == {ids(form, StartApplication)[0]}


async def test_an_older_tab_begins_no_further_request(form: Form) -> None:
    older = await form.browser.open((await form.at_code()).path)
    await form.browser.press(await form.browser.open("/code"), NEW)
    page = await form.browser.press(older, NEW)
    assert list(page.problems) == ["session-over"]
    assert len(ids(form, StartApplication)) == 2
    assert (await form.browser.open("/code")).path == "/code"


async def test_an_answer_that_comes_late_gives_up_the_old_request_then(form: Form) -> None:
    page = await form.at_code()
    form.workers.say_nothing(StartApplication)
    form.workers.outcome(status="pending")
    page = await form.browser.press(page, NEW)
    assert page.path == "/waiting"
    assert not ids(form, AbandonApplication)
    form.accept_start()
    form.clock.passes(minutes=2)
    form.awaiting_code()
    page = await form.browser.open("/waiting")
    assert page.path == "/code"
    assert "Only the code in the newest email does" in page.text
    assert ids(form, AbandonApplication) == [ids(form, StartApplication)[0]]


async def test_a_late_refusal_leads_back_to_the_code_that_there_is(form: Form) -> None:
    page = await form.at_code()
    form.workers.say_nothing(StartApplication)
    form.workers.outcome(status="pending")
    await form.browser.press(page, NEW)
    form.workers.outcome(status="parked", state=State.REQUESTED)
    page = await form.browser.open("/waiting")
    assert (page.path, list(page.problems)) == ("/code", ["unavailable"])
    form.awaiting_code()
    assert (await form.browser.press(page, "Next >", CODE)).path == "/details"


async def test_an_unreachable_broker_learns_later_that_a_request_was_given_up(form: Form) -> None:
    page = await form.at_code()
    accept = form.workers.answers[StartApplication]

    def and_then_away(command: StartApplication) -> object:
        form.workers.away = True
        return accept(command)

    form.workers.answers[StartApplication] = and_then_away  # type: ignore[assignment]
    assert (await form.browser.press(page, NEW)).path == "/waiting"
    form.workers.away = False
    form.awaiting_code()
    await form.browser.open("/waiting")
    assert ids(form, AbandonApplication) == [ids(form, StartApplication)[0]]


async def test_if_the_record_no_longer_allows_it_page_1_says_why_with_what_was_typed(form: Form) -> None:
    page = await form.at_code()
    form.workers.on(StartApplication, Refused, problem=Problem.IMPORTER_ALREADY_LINKED)
    page = await form.browser.press(page, NEW)
    assert (page.path, list(page.problems)) == ("/request", ["importer-already-linked"])
    assert {label: page.value(label) for label in REQUEST} == REQUEST
    assert ids(form, AbandonApplication) == [ids(form, StartApplication)[0]]


async def test_if_verification_is_prompted_page_1_asks_for_it_with_what_was_typed(form: Form) -> None:
    unprompted = form.app.state.dependencies
    with prompted(form):
        prompting, form.app.state.dependencies = form.app.state.dependencies, unprompted
        page = await form.at_code()
        form.app.state.dependencies = prompting
        page = await form.browser.press(page, NEW)
        assert {label: page.value(label) for label in REQUEST} == REQUEST
        assert page.soup.select("altcha-widget")
        assert not page.problems
        assert "the code that you have" in page.text
        assert len(ids(form, StartApplication)) == 1
        assert not ids(form, AbandonApplication)
        assert (await form.browser.open("/code")).path == "/code"
        waiting = await form.browser.press(
            page, "Next >", {"The check does not work here. I will wait instead.": "yes"}
        )
        assert waiting.path == "/waiting"
        form.clock.passes(seconds=30)
        await form.browser.open("/waiting")
        assert ids(form, AbandonApplication) == [ids(form, StartApplication)[0]]


@pytest.mark.parametrize("changed", [{}, {"*Company Name": "Other Imports"}])
async def test_page_1_sent_again_keeps_the_code_alive_only_for_the_same_request(
    form: Form, changed: dict[str, str]
) -> None:
    await form.at_code()
    form.workers.on(StartApplication, Refused, problem=Problem.TOO_MANY_REQUESTS)
    page = await form.browser.press(await form.at_request(), "Next >", REQUEST | changed)
    assert page.path == ("/request" if changed else "/code")
    assert len(ids(form, AbandonApplication)) == bool(changed)


async def test_back_and_the_end_of_the_time_still_forget_what_was_entered(form: Form) -> None:
    await form.browser.press(await form.at_code(), NEW)
    page = await form.browser.press(await form.browser.open("/code"), "< Back")
    assert [page.value(label) for label in REQUEST] == ["", "", ""]
    await form.browser.press(await form.at_code(), NEW)
    form.clock.passes(minutes=10)
    page = await form.browser.open("/code")
    assert list(page.problems) == ["code-expired"]
    assert [page.value(label) for label in REQUEST] == ["", "", ""]
