"""Human verification on page 1 in a real browser: automatic, with another way if that fails."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from playwright.async_api import Browser, Route, ViewportSize, expect

from services.gateway.challenge import waiting_line
from shared.contracts.commands import StartApplication
from tests.browser.stage.accessibility import violations
from tests.browser.stage.prompting import prompted
from tests.browser.stage.staging import Stage
from tests.browser.stage.visitor import Visitor, visiting
from tests.support.scripted_form import REQUEST, Backstage

WAIT = "The check does not work here. I will wait instead."


@pytest.fixture
def prompting(stage: Stage) -> Iterator[Backstage]:
    with prompted(stage.form) as form:
        yield form


@pytest.fixture
async def window(browser: Browser, prompting: Backstage, stage: Stage) -> AsyncIterator[Visitor]:
    phone: ViewportSize = {"width": 360, "height": 640}
    async with await browser.new_page(viewport=phone) as page, visiting(page, stage.address) as visitor:
        yield visitor


@pytest.fixture
async def without_scripts(browser: Browser, prompting: Backstage, stage: Stage) -> AsyncIterator[Visitor]:
    async with await browser.new_page(java_script_enabled=False) as page, visiting(page, stage.address) as visitor:
        yield visitor


async def test_the_browser_does_it_by_itself_and_says_so(window: Visitor) -> None:
    await window.open("/request")
    await expect(window.page.locator("#challenge-status")).to_have_text("Done. You can go on.")
    assert await violations(window.page) == []
    await window.send(REQUEST)
    await window.arrives("/code")


async def test_a_form_that_is_sent_earlier_waits_for_it(window: Visitor) -> None:
    await window.open("/request")
    await window.fill(REQUEST)
    await window.page.get_by_label(next(iter(REQUEST))).evaluate("field => field.form.requestSubmit()")
    await window.arrives("/code")


async def test_if_it_does_not_work_a_person_can_wait_instead(
    window: Visitor, prompting: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_line, "TURN", timedelta(seconds=1))
    await window.page.add_init_script("delete globalThis.Worker")
    await window.open("/request")
    assert await violations(window.page) == []
    await window.page.get_by_text(WAIT).click()
    await window.send(REQUEST)
    await expect(window.page.get_by_role("heading", name="Please wait a moment")).to_be_visible()
    assert not prompting.workers.of(StartApplication)
    prompting.clock.passes(seconds=1)
    await window.arrives("/code")


async def test_waiting_is_offered_if_a_part_of_it_does_not_load(window: Visitor) -> None:
    async def stuck(route: Route) -> None:
        """Neither responds nor fails."""

    await window.page.route("**/pbkdf2.js", stuck)
    await window.page.clock.install()
    await window.open("/request")
    await window.fill(REQUEST)
    await window.page.get_by_role("button", name="Next >").click()
    await window.page.clock.run_for(31_000)
    await expect(window.field(WAIT)).to_be_focused()
    await window.page.keyboard.press("Space")
    await window.press("Next >")
    await window.arrives("/waiting")


async def test_without_scripts_the_request_waits_and_goes_on_by_itself(
    without_scripts: Visitor, prompting: Backstage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting_line, "TURN", timedelta(seconds=1))
    await without_scripts.open("/request")
    await expect(without_scripts.page.locator("noscript p")).to_be_visible()
    await expect(without_scripts.page.get_by_text(WAIT)).to_be_hidden()
    await without_scripts.send(REQUEST)
    await expect(without_scripts.page.get_by_role("heading", name="Please wait a moment")).to_be_visible()
    prompting.clock.passes(seconds=1)
    await without_scripts.arrives("/code")
