"""Each page of the console: accessible, whole on a phone, and without a complaint of the browser about its policy."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser.console.conftest import window_of
from tests.browser.stage.accessibility import violations
from tests.browser.stage.screens import DESK, NARROW, overflow
from tests.browser.stage.visitor import Visitor
from tests.support.console import OPERATOR, Console

PATHS = [
    "/",
    "/queues",
    "/queues/intake.start-application",
    "/dead-letters",
    "/dead-letters/progress",
    "/applications",
    "/importers",
    "/reports",
    "/audit",
    "/services",
    "/nowhere",
]
"""Every page. A new one is added here."""


@pytest.fixture(scope="module")
async def window(console: Console, browser: Browser) -> AsyncIterator[Visitor]:
    """One window for all pages, so that shared files load once."""
    async with window_of(OPERATOR, console, browser) as visitor:
        yield visitor


@pytest.mark.parametrize("path", PATHS)
async def test_a_page_is_accessible_and_whole_on_any_screen(window: Visitor, path: str) -> None:
    page = window.page
    await page.set_viewport_size(DESK)
    await window.open(path)
    assert await violations(page) == []
    headings = await page.locator("h1").all_inner_texts()
    assert len(headings) == 1
    assert headings[0] in await page.title()
    for screen in NARROW.values():
        await page.set_viewport_size(screen)
        assert await overflow(page) == 0
    assert await violations(page) == []


async def test_the_login_page_is_accessible_and_whole_on_any_screen(stranger: Visitor) -> None:
    await stranger.open("/queues")
    await stranger.arrives("/login")
    assert await violations(stranger.page) == []
    await stranger.page.set_viewport_size(NARROW["phone"])
    assert await overflow(stranger.page) == 0
