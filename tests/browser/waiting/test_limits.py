"""Somebody whose number others guessed at, with the real workers: they get through with a check, or after a wait."""

from datetime import timedelta

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import expect

from shared.domain.limits import failures
from tests.browser.stage.visitor import visiting
from tests.endtoend.test_the_form import REQUEST
from tests.support.browser import Browser, browsing
from tests.support.mail_sink import MailSink
from tests.support.scripted_form import COMPANY

GUESSES = 5
"""Wrong names for one number, from one network, that pass without a question."""


async def guess_names(address: str) -> None:
    """Sends the right number under wrong names."""
    async with browsing(address, Browser) as somebody:
        for guess in range(GUESSES):
            page = await somebody.open("/request?new")
            page = await somebody.press(page, "Next >", REQUEST | {COMPANY: f"Guess {guess} LLC"})
            assert list(page.problems) == ["importer-not-matched"]


async def test_a_browser_that_runs_the_check_gets_through_at_once(
    browser: Chromium, form_address: str, box: MailSink
) -> None:
    await guess_names(form_address)
    async with await browser.new_page() as page, visiting(page, form_address) as visitor:
        await visitor.open("/request?new")
        await visitor.send(REQUEST)
        assert await visitor.problems() == ["verification-needed"]
        await expect(page.locator("#challenge-status")).to_have_text("Done. You can go on.")
        await visitor.press("Next >")
        await visitor.arrives("/code")
        assert (await box.emails(1))[0].code


async def test_a_browser_without_scripts_waits_and_gets_through_by_itself(
    browser: Chromium, form_address: str, box: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "WAITS", (timedelta(seconds=2),))
    await guess_names(form_address)
    async with await browser.new_page(java_script_enabled=False) as page, visiting(page, form_address) as visitor:
        await visitor.open("/request?new")
        await visitor.send(REQUEST)
        assert await visitor.problems() == ["verification-needed"]
        await visitor.press("Next >")
        await expect(page.get_by_role("heading", name="Please wait a moment")).to_be_visible()
        await visitor.arrives("/code")
        assert (await box.emails(1))[0].code
