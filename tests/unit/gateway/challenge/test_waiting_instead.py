"""The way without scripts: the request is kept waiting, then continues without another click."""

from services.gateway.challenge.waiting_line import LONGEST, TURN
from shared.contracts.commands import StartApplication
from tests.support.browser import Browser, Page
from tests.support.scripted_form import REQUEST
from tests.unit.gateway.challenge.gate import Gate, solved

SECONDS = TURN.total_seconds()


async def held(browser: Browser) -> Page:
    return await browser.press(await browser.open("/request?new"), "Next >", REQUEST)


async def test_page_1_says_so_to_a_browser_without_scripts(gate: Gate) -> None:
    gate.prompts(challenge="always")
    page = await (await gate.visitor()).open("/request")
    assert "after about 20 seconds" in page.soup.find("noscript").get_text(" ")  # type: ignore[union-attr]


async def test_a_request_waits_its_time_and_then_goes_on_by_itself(gate: Gate, browser: Browser) -> None:
    page = await held(browser)
    assert page.path == "/waiting"
    assert page.heading == "Please wait a moment"
    assert "about 20 seconds" in page.text
    assert page.refreshes_after == 5
    gate.form.clock.passes(seconds=SECONDS - 1)
    page = await browser.open("/waiting")
    assert page.refreshes_after == 1
    assert not gate.form.workers.sent
    gate.form.clock.passes(seconds=1)
    assert (await browser.open("/waiting")).path == "/code"
    [start] = gate.form.workers.of(StartApplication)
    assert start.at == gate.form.clock.at


async def test_it_goes_on_with_any_other_process(gate: Gate, browser: Browser) -> None:
    await held(browser)
    gate.prompts(challenge="always")
    gate.form.clock.passes(seconds=SECONDS)
    assert (await browser.open("/waiting")).path == "/code"


async def test_requests_of_one_network_wait_one_after_another(gate: Gate) -> None:
    gate.prompts(challenge="always")
    await held(await gate.visitor("2001:db8::1"))
    assert "about 40 seconds" in (await held(await gate.visitor("2001:db8::2"))).text
    assert "about 20 seconds" in (await held(await gate.visitor("2001:db8:0:1::1"))).text


async def test_the_same_page_sent_again_waits_no_longer(gate: Gate, browser: Browser) -> None:
    page = await browser.open("/request")
    await browser.press(page, "Next >", REQUEST)
    gate.form.clock.passes(seconds=5)
    assert "about 20 seconds" in (await browser.press(page, "Next >", REQUEST)).text


async def test_a_cookie_that_has_waited_is_good_for_one_application(gate: Gate, browser: Browser) -> None:
    await held(browser)
    cookies = browser.remembered()
    gate.form.clock.passes(seconds=SECONDS)
    await browser.open("/waiting")
    browser.client.cookies = cookies
    await browser.open("/waiting")
    assert len({sent.id for sent in gate.form.workers.of(StartApplication)}) == 1


async def test_a_held_request_is_replaced_without_a_command(gate: Gate, browser: Browser) -> None:
    await held(browser)
    await held(browser)
    assert not gate.form.workers.sent


async def test_a_request_that_is_still_waiting_replaces_no_other(gate: Gate, browser: Browser) -> None:
    await browser.post("/request", solved(await browser.open("/request")))
    sent = len(gate.form.workers.commands)
    await held(browser)
    assert len(gate.form.workers.commands) == sent


async def test_nobody_joins_a_line_that_is_too_long(gate: Gate, browser: Browser) -> None:
    for _ in range(int(LONGEST / TURN)):
        assert (await held(await gate.visitor())).path == "/waiting"
    page = await held(browser)
    assert "Try again in five minutes" in page.problems["field-invalid"]
    assert page.value("*Company Name") == REQUEST["*Company Name"]
    gate.form.clock.at += TURN
    assert (await held(browser)).path == "/waiting"


async def test_a_person_whose_check_fails_can_wait_instead(browser: Browser) -> None:
    page = await browser.open("/request")
    _, data = page.filled("Next >", REQUEST)
    assert page.soup.find(id="challenge-wait").has_attr("hidden")  # type: ignore[union-attr]
    page = await browser.post("/request", data | {"challenge": "x", "wait": ""})
    assert not page.soup.find(id="challenge-wait").has_attr("hidden")  # type: ignore[union-attr]
    label = "The check does not work here. I will wait instead."
    assert (await browser.press(page, "Next >", {label: "yes"})).path == "/waiting"
