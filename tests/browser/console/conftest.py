"""The console with real servers behind it, one for all tests of a module, and windows of those who are logged in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest
from playwright.async_api import Browser

from tests.browser.stage.visitor import Visitor, visiting
from tests.support.console import OPERATOR, VIEWER, Console, serving_console
from tests.support.servers import Servers, virtual_host
from tests.support.settings import settings_with_keys


@pytest.fixture(scope="module")
async def console(
    running: Servers, keys: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Console]:
    async with virtual_host(running) as broker:
        settings = settings_with_keys(
            keys,
            rabbitmq_url=broker,
            rabbitmq_management_url=running.management_url,
            mongodb_url=running.mongodb_url,
            mongodb_database=f"test-{uuid4().hex[:8]}",
            smtp_url="smtp://127.0.0.1:9",
            data_dir=tmp_path_factory.mktemp("data"),
        )
        async with serving_console(settings) as found:
            yield found


@asynccontextmanager
async def window_of(name: str | None, console: Console, browser: Browser) -> AsyncIterator[Visitor]:
    """A window of somebody who is logged in, or of somebody who is not."""
    async with await browser.new_page() as page, visiting(page, console.address) as visitor:
        if name:
            cookie, value = await console.log_in(name)
            await page.context.add_cookies([{"name": cookie, "value": value, "url": console.address}])
        yield visitor


@pytest.fixture
async def operator(console: Console, browser: Browser) -> AsyncIterator[Visitor]:
    async with window_of(OPERATOR, console, browser) as visitor:
        yield visitor


@pytest.fixture
async def viewer(console: Console, browser: Browser) -> AsyncIterator[Visitor]:
    async with window_of(VIEWER, console, browser) as visitor:
        yield visitor


@pytest.fixture
async def stranger(console: Console, browser: Browser) -> AsyncIterator[Visitor]:
    """Somebody who is not logged in."""
    async with window_of(None, console, browser) as visitor:
        yield visitor
