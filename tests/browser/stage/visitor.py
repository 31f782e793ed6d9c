"""A person with a real browser, and that browser's complaints."""

import re
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.async_api import ConsoleMessage, Error, Locator, Page, Request, Response

PATIENCE = 10_000
"""Milliseconds that a test waits for a page to do something."""

LOADED_WITH_STATUS = re.compile("Failed to load resource: the server responded with a status of")

LEFT = "net::ERR_ABORTED"
"""The error of a request that a person did not wait for."""


@dataclass
class Complaints:
    """Messages in the browser's console, and files that did not load."""

    found: list[str] = field(default_factory=list)
    _documents: set[str] = field(default_factory=set)

    @contextmanager
    def of(self, page: Page) -> Iterator[None]:
        """Records this window's complaints while the block runs."""
        heard: dict[Any, Callable[[Any], None]] = {
            "response": self._answered,
            "console": self._said,
            "pageerror": self._raised,
            "requestfailed": self._failed,
        }
        for event, hear in heard.items():
            page.on(event, hear)
        yield
        for event, hear in heard.items():
            page.remove_listener(event, hear)

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._documents.add(response.url)
        elif response.status >= 400:
            self.found.append(f"{response.url} answered {response.status}")

    def _said(self, message: ConsoleMessage) -> None:
        # Chromium reports a problem page as an error because its status is not 200; the page itself is fine.
        of_page = LOADED_WITH_STATUS.match(message.text) and message.location["url"] in self._documents
        if message.type in ("error", "warning") and not of_page:
            self.found.append(f"{message.type}: {message.text} ({message.location['url']})")

    def _raised(self, error: Error) -> None:
        self.found.append(f"exception: {error}")

    def _failed(self, request: Request) -> None:
        if request.failure != LEFT:
            self.found.append(f"{request.url} did not load: {request.failure}")


@dataclass
class Visitor:
    """One window with its cookies."""

    page: Page
    address: str
    complaints: Complaints

    async def take_over(self, cookies: httpx.Cookies) -> None:
        """Continues as a person who got this far without a window."""
        for cookie in cookies.jar:
            await self.page.context.add_cookies(
                [{"name": cookie.name, "value": str(cookie.value), "url": self.address}]
            )

    async def open(self, path: str) -> None:
        """Opens a page by its address."""
        await self.page.goto(self.address + path)

    async def follow(self, text: str) -> None:
        """Follows the link with this text."""
        await self.page.get_by_role("link", name=text, exact=True).click()

    async def fill(self, values: Mapping[str, str]) -> None:
        """Types into fields or selects options, by label."""
        for label, value in values.items():
            found = self.field(label)
            match await found.evaluate("found => found.type"):
                case "checkbox":
                    await found.check()
                case "select-one":
                    await found.select_option(value)
                case _:
                    await found.fill(value)

    async def press(self, button: str) -> None:
        """Presses the button with this text and waits for the next page."""
        async with self.page.expect_navigation():
            await self.page.get_by_role("button", name=button, exact=True).click()

    async def send(self, values: Mapping[str, str], button: str = "Next >") -> None:
        """Fills the form and presses its button."""
        await self.fill(values)
        await self.press(button)

    def field(self, label: str) -> Locator:
        """The field with this label."""
        return self.page.get_by_label(label, exact=True)

    async def arrives(self, path: str) -> None:
        """Waits until the window is at this page."""
        await self.page.wait_for_url(lambda url: re.search(f"{path}([?#].*)?$", url) is not None)

    async def problems(self) -> list[str]:
        """The codes of the problems that the page shows."""
        alerts = await self.page.locator('[role="alert"][data-problem]').all()
        return [str(await alert.get_attribute("data-problem")) for alert in alerts]


@asynccontextmanager
async def visiting(page: Page, address: str) -> AsyncIterator[Visitor]:
    """A person who visits the form at this address in this window, without cookies, while the block runs.

    Raises AssertionError at the end if the browser has complaints.
    """
    complaints = Complaints()
    page.set_default_timeout(PATIENCE)
    await page.context.clear_cookies()
    with complaints.of(page):
        yield Visitor(page, address, complaints)
        await page.goto("about:blank")
    assert not complaints.found, complaints.found
