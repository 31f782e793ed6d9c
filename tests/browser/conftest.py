"""One real browser per session; a window, a virtual host and a database for each test."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser

from embedded_servers.errors import SetupError
from shared.settings.processes import Settings
from tests.browser.stage.guest import Guest
from tests.browser.stage.staging import Stage, staging
from tests.browser.stage.visitor import Visitor, visiting
from tests.support.scripted_form import visited
from tests.support.services import serving_system
from tools import chromium


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with AsyncExitStack() as stack:
        try:
            browser = await stack.enter_async_context(chromium.launch())
        except SetupError as error:
            pytest.skip(f"no test in a real browser: {error}")
        yield browser


@pytest.fixture
async def form_address(system: Settings) -> AsyncIterator[str]:
    """The form's address, with the whole system behind it."""
    async with serving_system(system) as address:
        yield address


@pytest.fixture
async def visitor(browser: Browser, form_address: str) -> AsyncIterator[Visitor]:
    async with await browser.new_page() as page, visiting(page, form_address) as found:
        yield found


@pytest.fixture(scope="session")
async def stage() -> AsyncIterator[Stage]:
    async with staging() as found:
        yield found


@pytest.fixture
async def guest(browser: Browser, stage: Stage) -> AsyncIterator[Guest]:
    """A person who has just opened that form."""
    async with visited(stage.form) as form, await browser.new_page() as page, visiting(page, stage.address) as visitor:
        yield Guest(visitor, form)
