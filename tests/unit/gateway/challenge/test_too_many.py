"""A new code, and requests of which there were too many: they wait for their time, if the person wants that."""

from datetime import timedelta

import pytest

from shared.contracts.commands import AbandonApplication
from shared.contracts.problem import Problem
from tests.support.browser import Browser
from tests.support.scripted_form import CODE, REQUEST
from tests.unit.gateway.challenge.gate import Gate, solved
from tests.unit.gateway.challenge.limits import FIRST, Limits, list_ids, list_starts, send_page_1


@pytest.fixture
async def browser(gate: Gate, limits: Limits) -> Browser:
    """The browser of somebody who meets no limit yet."""
    limits.problem = None
    return await gate.visitor()


async def test_a_new_code_asks_for_the_check_and_the_current_code_goes_on(
    gate: Gate, limits: Limits, browser: Browser
) -> None:
    page = await send_page_1(browser)
    assert page.path == "/code"
    limits.problem = Problem.VERIFICATION_NEEDED
    page = await browser.press(page, "Get a new code")
    assert (page.path, list(page.problems)) == ("/request", ["verification-needed"])
    assert {label: page.value(label) for label in REQUEST} == REQUEST
    assert (await browser.open("/code")).path == "/code"
    page = await browser.open("/request")
    assert (await browser.post("/request", solved(page))).path == "/code"
    assert len(list_ids(gate.form)) == 2
    assert len(gate.form.workers.of(AbandonApplication)) == 1


async def test_a_new_code_without_scripts_waits_and_the_current_code_can_be_used_meanwhile(
    gate: Gate, limits: Limits, browser: Browser
) -> None:
    page = await send_page_1(browser)
    limits.problem = Problem.VERIFICATION_NEEDED
    page = await browser.press(await browser.press(page, "Get a new code"), "Next >")
    assert page.path == "/waiting"
    page = await browser.press(page, "< Back")
    assert page.path == "/code"
    assert (await browser.press(page, "Next >", CODE)).path == "/details"
    assert not gate.form.workers.of(AbandonApplication)


async def test_too_many_requests_leave_the_choice_to_wait_and_the_same_start_is_sent_then(
    gate: Gate, limits: Limits, browser: Browser
) -> None:
    limits.problem, limits.steps = Problem.TOO_MANY_REQUESTS, iter([2400.0])
    page = await send_page_1(browser)
    assert (page.path, page.status, list(page.problems)) == ("/request", 429, ["too-many-requests"])
    notice = page.problems["too-many-requests"]
    assert all(part in notice for part in ("select Wait", "in about 40 minutes, after", "call the service desk"))
    assert page.soup.find("altcha-widget") is None
    page = await browser.press(page, "Wait")
    assert (page.path, page.refreshes_after) == ("/waiting", 60)
    assert "in about 40 minutes" in page.text
    gate.form.clock.passes(minutes=39)
    assert "in about 60 seconds" in (await browser.open("/waiting")).text
    gate.form.clock.passes(seconds=62)
    assert (await browser.open("/waiting")).path == "/code"
    assert len(list_ids(gate.form)) == 1
    assert list_starts(gate.form)[-1].ticket == FIRST


async def test_whoever_comes_back_in_time_sends_the_same_start(gate: Gate, limits: Limits, browser: Browser) -> None:
    limits.problem, limits.steps = Problem.TOO_MANY_REQUESTS, iter([600.0])
    page = await send_page_1(browser)
    gate.form.clock.passes(minutes=11)
    assert (await browser.press(page, "Next >")).path == "/code"
    assert len(list_ids(gate.form)) == 1


async def test_without_a_ticket_nothing_waits(gate: Gate, limits: Limits, browser: Browser) -> None:
    limits.problem, limits.without_ticket = Problem.TOO_MANY_REQUESTS, True
    page = await send_page_1(browser)
    assert page.buttons == ["Next >"]
    assert "Come back in about" in page.problems["too-many-requests"]
    limits.problem = None
    assert (await browser.press(page, "Next >")).path == "/code"
    assert len(list_ids(gate.form)) == 2


async def test_a_new_code_that_has_to_wait_is_sent_later_and_the_page_of_the_current_one_is_a_click_away(
    gate: Gate, limits: Limits, browser: Browser
) -> None:
    page = await send_page_1(browser)
    limits.problem, limits.steps = Problem.TOO_MANY_REQUESTS, iter([300.0])
    page = await browser.press(page, "Get a new code")
    assert (page.path, page.status, list(page.problems)) == ("/code", 429, ["too-many-requests"])
    assert "select Wait for a new code" in page.problems["too-many-requests"]
    page = await browser.press(page, "Wait for a new code")
    assert page.path == "/waiting"
    page = await browser.press(page, "< Back")
    assert page.path == "/code"
    await browser.press(page, "Wait for a new code")
    gate.form.clock.at += timedelta(seconds=302)
    assert (await browser.open("/waiting")).path == "/code"
    assert len(list_ids(gate.form)) == 2
    assert len(gate.form.workers.of(AbandonApplication)) == 1
