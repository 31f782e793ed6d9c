"""What a first visit loads, in bytes on the wire, headers included."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.stage.prompting import prompted
from tests.browser.stage.staging import Stage

KB = 1000


@pytest.fixture
async def window(browser: Browser) -> AsyncIterator[Page]:
    """A browser with an empty cache."""
    async with await browser.new_context() as context:
        yield await context.new_page()


async def loaded(window: Page, address: str, seen: str) -> dict[str, int]:
    """The bytes of each response by path, once this text is visible and no request is left."""
    paths: dict[str, str] = {}
    bytes_: dict[str, int] = {}

    def asked(event: dict[str, Any]) -> None:
        paths[event["requestId"]] = event["request"]["url"].removeprefix(address)

    def came(event: dict[str, Any]) -> None:
        bytes_[paths[event["requestId"]]] = int(event["encodedDataLength"])

    network = await window.context.new_cdp_session(window)
    network.on("Network.requestWillBeSent", asked)
    network.on("Network.loadingFinished", came)
    await network.send("Network.enable")
    await window.goto(f"{address}/request", wait_until="networkidle")
    await expect(window.get_by_text(seen).first).to_be_visible()
    assert "/request" in bytes_
    assert any(path.endswith(".css") for path in bytes_)
    return bytes_


async def test_a_first_visit_is_light(window: Page, stage: Stage) -> None:
    assert sum((await loaded(window, stage.address, "Next >")).values()) < 100 * KB


async def test_a_first_visit_that_is_prompted_is_light_too(window: Page, stage: Stage) -> None:
    with prompted(stage.form):
        found = await loaded(window, stage.address, "Done. You can go on.")
    assert any(path.endswith("altcha.min.js") for path in found)
    assert sum(found.values()) < 150 * KB
