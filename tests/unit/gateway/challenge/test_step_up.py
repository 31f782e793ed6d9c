"""A request that intake lets pass only with human verification or after a wait: it is the same start throughout."""

from datetime import timedelta
from typing import Any

import pytest

from shared.contracts.commands import StartApplication
from shared.security.networks import list_networks
from tests.support.browser import Browser
from tests.support.scripted_form import REQUEST
from tests.unit.gateway.challenge.gate import Gate, solved
from tests.unit.gateway.challenge.limits import FIRST, Limits, list_ids, list_starts, send_page_1

LABEL = "The check does not work here. I will wait instead."


@pytest.fixture
async def browser(gate: Gate, limits: Limits) -> Browser:
    return await gate.visitor()


async def test_page_1_comes_back_with_what_was_typed_the_check_and_whom_to_call(browser: Browser) -> None:
    page = await send_page_1(browser)
    assert (page.path, page.status, list(page.problems)) == ("/request", 200, ["verification-needed"])
    assert {label: page.value(label) for label in REQUEST} == REQUEST
    assert page.soup.find("altcha-widget")
    assert not page.soup.find(id="challenge-wait").has_attr("hidden")  # type: ignore[union-attr]
    notice = page.problems["verification-needed"]
    assert all(part in notice for part in ("Others may have sent them", "in about 20 seconds", "call the service desk"))
    assert "ACE-" not in page.text  # nobody knows this request


async def test_a_reload_shows_the_same_again(browser: Browser) -> None:
    await send_page_1(browser)
    page = await browser.open("/request")
    assert list(page.problems) == ["verification-needed"]
    assert {label: page.value(label) for label in REQUEST} == REQUEST
    assert page.soup.find("altcha-widget")


async def test_the_same_start_passes_with_the_check_at_once(gate: Gate, browser: Browser) -> None:
    page = await send_page_1(browser)
    gate.form.clock.passes(seconds=5)
    assert (await browser.post("/request", solved(page))).path == "/code"
    first, second = list_starts(gate.form)
    assert len(list_ids(gate.form)) == 1
    assert (first.verified_by, first.ticket) == (None, None)
    assert (second.verified_by, second.ticket) == ("altcha", FIRST)
    assert second.taken_at - first.taken_at >= timedelta(seconds=5)
    assert len(first.networks) == len(list_networks("203.0.113.7"))


async def test_without_scripts_it_waits_its_time_and_then_goes_on_by_itself(gate: Gate, browser: Browser) -> None:
    page = await browser.press(await send_page_1(browser), "Next >")
    assert (page.path, page.heading, page.refreshes_after) == ("/waiting", "Please wait a moment", 5)
    assert all(part in page.text for part in ("in about 20 seconds", "matched no record", "call the"))
    gate.form.clock.passes(seconds=19)
    assert (await browser.open("/waiting")).refreshes_after == 1
    assert len(list_starts(gate.form)) == 1
    gate.form.clock.passes(seconds=3)
    assert (await browser.open("/waiting")).path == "/code"
    assert len(list_ids(gate.form)) == 1
    assert (list_starts(gate.form)[-1].ticket, list_starts(gate.form)[-1].verified_by) == (FIRST, None)


async def test_a_script_that_asks_sends_it_too_once_its_time_has_come(gate: Gate, browser: Browser) -> None:
    await browser.press(await send_page_1(browser), "Next >")
    status = (await browser.client.get("/status")).json()
    assert (status["path"], status["held"], status["sentence"]) == (
        "/waiting",
        20,
        "Your request is sent in about 20 seconds.",
    )
    gate.form.clock.passes(seconds=22)
    assert (await browser.client.get("/status")).json()["path"] in ("/waiting", "/code")
    assert list_starts(gate.form)[-1].ticket == FIRST
    assert (await browser.open("/waiting")).path == "/code"
    assert len(list_ids(gate.form)) == 1


async def test_whoever_waits_and_has_to_wait_again_does_so_without_a_click(
    gate: Gate, limits: Limits, browser: Browser
) -> None:
    await browser.press(await send_page_1(browser), "Next >")
    limits.tickets.clear()
    gate.form.clock.passes(seconds=22)
    page = await browser.open("/waiting")
    assert page.path == "/waiting"
    assert "in about 60 seconds" in page.text
    gate.form.clock.passes(seconds=62)
    assert (await browser.open("/waiting")).path == "/code"
    assert len(list_ids(gate.form)) == 1


async def test_a_clock_that_is_ahead_of_intake_s_makes_nobody_send_without_pause(
    gate: Gate, limits: Limits, browser: Browser
) -> None:
    await browser.press(await send_page_1(browser), "Next >")
    limits.tickets.clear()
    limits.steps = iter([-60.0] * 100)
    gate.form.clock.passes(seconds=22)
    before = len(list_starts(gate.form))
    assert "in about 10 seconds" in (await browser.open("/waiting")).text
    assert len(list_starts(gate.form)) == before + 1


async def test_if_verification_does_not_count_the_request_waits_by_itself(
    gate: Gate, limits: Limits, browser: Browser
) -> None:
    limits.trusted = False
    page = await browser.post("/request", solved(await send_page_1(browser)))
    assert page.path == "/waiting"
    gate.form.clock.passes(seconds=62)
    assert (await browser.open("/waiting")).path == "/code"
    assert len(list_ids(gate.form)) == 1


async def test_with_verification_off_the_request_waits_by_itself(gate: Gate, browser: Browser) -> None:
    gate.prompts(challenge="off")
    page = await send_page_1(browser)
    assert page.path == "/waiting"
    gate.form.clock.passes(seconds=22)
    assert (await browser.open("/waiting")).path == "/code"


async def test_with_verification_always_on_nobody_is_asked_twice(gate: Gate, browser: Browser) -> None:
    gate.prompts(challenge="always")
    assert (await browser.post("/request", solved(await browser.open("/request")))).path == "/code"
    assert [start.verified_by for start in list_starts(gate.form)] == ["altcha"]


async def test_whoever_ends_the_wait_can_pass_the_check_instead(gate: Gate, browser: Browser) -> None:
    page = await browser.press(await send_page_1(browser), "Next >")
    page = await browser.press(page, "< Back")
    assert (page.path, list(page.problems)) == ("/request", ["verification-needed"])
    assert {label: page.value(label) for label in REQUEST} == REQUEST
    assert (await browser.post("/request", solved(page))).path == "/code"
    assert len(list_ids(gate.form)) == 1


async def test_the_page_from_before_the_wait_can_be_sent_during_it(gate: Gate, browser: Browser) -> None:
    earlier = await send_page_1(browser)
    await browser.press(earlier, "Next >")
    gate.form.clock.passes(seconds=5)
    assert "in about 20 seconds" in (await browser.press(earlier, "Next >")).text
    assert (await browser.post("/request", solved(earlier))).path == "/code"
    assert len(list_ids(gate.form)) == 1


async def test_a_double_click_and_a_second_tab_are_one_start(gate: Gate, browser: Browser) -> None:
    data = solved(await send_page_1(browser))
    cookies = browser.remembered()
    for _ in range(2):
        browser.client.cookies = cookies
        assert (await browser.post("/request", data)).path == "/code"
    assert len(list_ids(gate.form)) == 1


async def test_a_lost_reply_is_made_up_for_by_sending_the_same_again(
    gate: Gate, limits: Limits, browser: Browser
) -> None:
    page = await send_page_1(browser)
    limits.silent = True
    assert (await browser.post("/request", solved(page))).path == "/waiting"
    limits.silent = False
    gate.form.clock.passes(seconds=61)
    assert (await browser.open("/waiting")).path == "/code"
    sent = {(start.verified_by, start.ticket, start.taken_at) for start in list_starts(gate.form)[1:]}
    assert len(list_ids(gate.form)) == len(sent) == 1


async def test_what_is_corrected_is_another_start_for_which_the_check_counts(gate: Gate, browser: Browser) -> None:
    page = await send_page_1(browser)
    assert (await browser.post("/request", solved(page, company_name="Other Imports LLC"))).path == "/code"
    first, second = list_starts(gate.form)
    assert first.application_id != second.application_id
    assert (second.verified_by, second.ticket) == ("altcha", None)


async def test_what_is_corrected_without_the_check_is_asked_again(gate: Gate, browser: Browser) -> None:
    page = await browser.press(await send_page_1(browser), "Next >", REQUEST | {"*Company Name": "Other Imports LLC"})
    assert (page.path, "in about 60 seconds" in page.text) == ("/waiting", True)
    gate.form.clock.passes(seconds=62)
    assert (await browser.open("/waiting")).path == "/code"
    assert len(list_ids(gate.form)) == 2


async def test_the_check_for_one_start_is_of_no_use_for_another(gate: Gate, browser: Browser) -> None:
    page = await send_page_1(browser)
    solution = solved(page)["challenge"]
    _, data = (await browser.open("/request?new")).filled("Next >", REQUEST | {"*Company Name": "Other LLC"})
    del data["wait"]
    page = await browser.post("/request", data)
    page = await browser.post("/request", solved(page, challenge=solution, company_name="Other LLC"))
    assert "did not succeed" in page.problems["field-invalid"]
    assert len(gate.form.workers.of(StartApplication)) == 2


@pytest.mark.parametrize("way", ["check", "wait"])
async def test_a_way_to_pass_survives_another_process(gate: Gate, browser: Browser, way: Any) -> None:
    page = await send_page_1(browser)
    gate.prompts(challenge="auto")
    data = solved(page) if way == "check" else page.filled("Next >", {})[1]
    await browser.post("/request", data)
    gate.form.clock.passes(seconds=22)
    assert (await browser.open("/code")).path == "/code"
    assert len(list_ids(gate.form)) == 1


async def test_a_broken_field_forgets_nothing_but_the_wait(browser: Browser) -> None:
    page = await browser.press(await send_page_1(browser), "Next >", {"*Company Name": ""})
    assert "Enter the Company Name." in page.error_at("*Company Name")
    assert (await browser.press(page, "Next >", REQUEST)).path == "/request"
    assert LABEL in (await browser.open("/request")).text
