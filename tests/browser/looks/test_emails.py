"""Emails in a real browser: axe finds no problems, and nothing is wider than a small phone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from services.notifier.rendering import EmailRenderer
from shared.settings.processes import Settings
from tests.browser.stage.accessibility import violations
from tests.browser.stage.screens import overflow
from tests.support.sizes import neighbors
from tests.support.written_emails import read
from tools.email_preview import pictures
from tools.email_preview.samples import SampleEmail, make_samples

DARK: list[tuple[SampleEmail, int, pictures.Scheme]] = [(sample, 320, "dark") for sample in make_samples()]
LIGHT: list[tuple[SampleEmail, int, pictures.Scheme]] = [
    (sample, 600, "light") for sample in make_samples() if not sample.name.endswith("names")
]


@pytest.fixture(scope="module")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """One window for all emails."""
    async with await browser.new_page() as page:
        yield page


@pytest.mark.parametrize(("sample", "width", "scheme"), [*DARK, *neighbors(*LIGHT)])
async def test_axe_finds_nothing_and_no_text_is_cut_off(
    sample: SampleEmail, width: int, scheme: pictures.Scheme, page: Page
) -> None:
    [_, html] = read(sample.render(EmailRenderer(Settings()))).iter_parts()
    await pictures.show(page, html.get_content(), width, scheme)
    assert await violations(page) == []
    assert await overflow(page) == 0
