"""Page 1 with human verification, in a browser whose scripts did the check and in one whose scripts could not."""

import pytest

from services.gateway.challenge.prompting import AT_ONCE
from services.gateway.challenge.proof_of_work import LIFETIME
from shared.contracts.commands import StartApplication
from tests.support.browser import Browser, Page
from tests.support.scripted_form import REQUEST
from tests.unit.gateway.challenge.gate import Gate, solved


def prompts(page: Page) -> bool:
    return page.soup.find("altcha-widget") is not None


async def again(browser: Browser) -> Page:
    """Begins another application and sends page 1."""
    _, data = (await browser.open("/request?new")).filled("Next >", REQUEST)
    return await browser.post("/request", data)


async def test_a_normal_first_visit_is_not_prompted(gate: Gate) -> None:
    gate.prompts(challenge="auto")
    browser = await gate.visitor()
    page = await browser.open("/request")
    assert not prompts(page)
    assert page.labels == list(REQUEST)
    assert (await browser.press(page, "Next >", REQUEST)).path == "/code"


async def test_a_script_is_prompted_and_sends_no_command_until_it_has_passed(gate: Gate) -> None:
    gate.prompts(challenge="auto")
    browser = await gate.visitor()
    for _ in range(AT_ONCE):
        assert (await again(browser)).path == "/code"
    sent = len(gate.form.workers.sent)
    page = await browser.open("/request?new")
    assert prompts(page)
    _, data = page.filled("Next >", REQUEST)
    del data["wait"]
    page = await browser.post("/request", data)
    assert "person" in page.problems["field-invalid"]
    assert len(gate.form.workers.sent) == sent
    assert not prompts(await (await gate.visitor("203.0.113.8")).open("/request"))
    assert (await browser.post("/request", solved(page))).path == "/code"


async def test_a_page_without_the_check_comes_back_with_it_and_all_that_was_typed(gate: Gate) -> None:
    gate.prompts(challenge="auto")
    browser, colleague = await gate.visitor(), await gate.visitor()
    page = await browser.open("/request")
    for _ in range(AT_ONCE):
        await again(colleague)
    page = await browser.press(page, "Next >", REQUEST)
    assert page.path == "/request"
    assert {label: page.value(label) for label in REQUEST} == REQUEST
    assert prompts(page)
    assert page.link("We have to check that a person sends this page.") == "#challenge"
    assert page.soup.find(id="challenge-error")["role"] == "alert"  # type: ignore[index]
    assert (await browser.post("/request", solved(page))).path == "/code"


async def test_what_breaks_a_rule_is_said_first_and_the_check_can_still_be_used(browser: Browser) -> None:
    data = solved(await browser.open("/request"))
    page = await browser.post("/request", data | {"company_name": ""})
    assert "Enter the Company Name." in page.error_at("*Company Name")
    assert page.soup.find(id="challenge-error") is None
    assert (await browser.post("/request", data)).path == "/code"


async def test_an_honest_correction_after_a_refusal_comes_with_a_new_check(gate: Gate, browser: Browser) -> None:
    page = await browser.open("/request")
    await browser.post("/request", solved(page))
    page = await browser.open("/request?new")
    assert (await browser.post("/request", solved(page, company_name="Another Company"))).path == "/code"
    assert len(gate.form.workers.of(StartApplication)) == 2


async def test_a_form_sent_twice_is_one_command(gate: Gate, browser: Browser) -> None:
    data = solved(await browser.open("/request"))
    cookies = browser.remembered()
    await browser.post("/request", data)
    browser.client.cookies = cookies
    assert (await browser.post("/request", data)).path == "/code"
    assert len({sent.id for sent in gate.form.workers.of(StartApplication)}) == 1


async def test_a_form_sent_twice_counts_once(gate: Gate) -> None:
    gate.prompts(challenge="auto")
    browser = await gate.visitor()
    for _ in range(AT_ONCE - 1):
        await again(browser)
    _, data = (await browser.open("/request?new")).filled("Next >", REQUEST)
    for _ in range(3):
        assert (await browser.post("/request", data)).path == "/code"


async def test_a_used_solution_is_refused_with_a_new_challenge(gate: Gate, browser: Browser) -> None:
    data = solved(await browser.open("/request"))
    await browser.post("/request", data)
    page = await browser.post("/request", data | {"company_name": "Another Company"})
    assert "a human verification of its own" in page.problems["field-invalid"]
    assert len(gate.form.workers.of(StartApplication)) == 1
    assert (await browser.post("/request", solved(page))).path == "/code"


async def test_a_used_solution_starts_no_second_application_with_another_process_either(
    gate: Gate, browser: Browser
) -> None:
    data = solved(await browser.open("/request"))
    cookies = browser.remembered()
    await browser.post("/request", data)
    gate.prompts(challenge="always")
    page = await browser.post("/request", data | {"company_name": "Another Company"})
    assert "a human verification of its own" in page.problems["field-invalid"]
    browser.client.cookies = cookies
    await browser.post("/request", data | {"company_name": "Another Company"})
    assert len({sent.id for sent in gate.form.workers.of(StartApplication)}) == 1


async def test_a_solution_that_is_too_old_brings_a_new_challenge(gate: Gate, browser: Browser) -> None:
    data = solved(await browser.open("/request"))
    gate.form.clock.at += LIFETIME
    page = await browser.post("/request", data)
    assert "too old" in page.problems["field-invalid"]
    assert page.value("*Company Name") == REQUEST["*Company Name"]


async def test_another_browser_s_solution_is_refused(gate: Gate) -> None:
    gate.prompts(challenge="always")
    theirs = solved(await (await gate.visitor()).open("/request"))["challenge"]
    browser = await gate.visitor()
    page = await browser.post("/request", solved(await browser.open("/request"), challenge=theirs))
    assert "did not succeed" in page.problems["field-invalid"]
    assert not gate.form.workers.sent


@pytest.mark.parametrize("garbage", ["x", "e30=", "eyJjaGFsbGVuZ2UiOltdfQ==", "\x00\ud7ff", "A" * 50_000])
async def test_garbage_is_refused_with_a_page(browser: Browser, garbage: str) -> None:
    page = await browser.post("/request", solved(await browser.open("/request"), challenge=garbage))
    assert prompts(page)


async def test_nobody_is_prompted_if_it_is_off(gate: Gate) -> None:
    gate.prompts(challenge="off")
    browser = await gate.visitor()
    for _ in range(3 * AT_ONCE):
        assert (await again(browser)).path == "/code"
