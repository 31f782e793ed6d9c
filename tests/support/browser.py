"""A browser without scripts: fills out forms by label, presses buttons by text, keeps cookies."""

import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from bs4 import BeautifulSoup, Tag

from tests.support.mail_sink import REFERENCE

REFRESH = re.compile(r'<meta http-equiv="refresh" content="(\d+)(?:; ?url=([^"]+))?"', re.IGNORECASE)
NO_TLS = ssl.create_default_context()
"""Created once, because httpx takes 20 ms for each of its own."""

B = TypeVar("B", bound="Browser")


@dataclass(frozen=True)
class Page:
    """A page as loaded. Like a tab, it does not change when others load."""

    response: httpx.Response

    @cached_property
    def soup(self) -> BeautifulSoup:
        """Parsed only when somebody looks: a crowd that waits would keep its machine busy with this alone."""
        return BeautifulSoup(self.response.text, "html.parser")

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def path(self) -> str:
        return urlsplit(str(self.response.url)).path

    @property
    def heading(self) -> str:
        return self._the("h1").get_text(strip=True)

    @property
    def title(self) -> str:
        return self._the("title").get_text()

    @property
    def text(self) -> str:
        return " ".join(self.soup.get_text(" ").split())

    @property
    def reference(self) -> str:
        found = REFERENCE.search(self.text)
        assert found, self.text
        return found[0]

    @property
    def labels(self) -> list[str]:
        return [label.get_text() for label in self.soup.find_all("label")]

    @property
    def buttons(self) -> list[str]:
        return [button.get_text() for button in self.soup.find_all("button", type="submit")]

    @property
    def problems(self) -> dict[str, str]:
        """The page's alerts, by problem code."""
        found = self.soup.select("[data-problem]")
        assert all(element.get("role") == "alert" for element in found)
        return {str(element["data-problem"]): element.get_text(" ", strip=True) for element in found}

    @property
    def refreshes_after(self) -> int | None:
        refresh = self._refresh()
        return int(refresh[1]) if refresh else None

    @property
    def refreshes_to(self) -> str | None:
        """The page that a browser opens then."""
        refresh = self._refresh()
        return (refresh[2] or self.path) if refresh else None

    def _refresh(self) -> re.Match[str] | None:
        return REFRESH.search(self.response.text)

    def link(self, text: str) -> str:
        return str(next(a for a in self.soup.find_all("a") if a.get_text(strip=True) == text)["href"])

    def input(self, label: str) -> Tag:
        """The input with this label."""
        named = next(tag for tag in self.soup.find_all("label") if tag.get_text() == label)
        found = self.soup.find(id=str(named["for"]))
        assert isinstance(found, Tag)
        return found

    def value(self, label: str) -> str:
        found = self.input(label)
        if found.name == "select":
            selected = found.find("option", selected=True)
            return selected.get_text() if selected else ""
        return str(found.get("value", ""))

    def error_at(self, label: str) -> str:
        """The error next to a field and linked to it."""
        described = str(self.input(label).get("aria-describedby", "")).split()
        errors = [tag for id in described if (tag := self.soup.find(id=id)) and tag.get("data-problem")]
        assert bool(errors) == (self.input(label).get("aria-invalid") == "true")
        return errors[0].get_text(" ", strip=True) if errors else ""

    def filled(self, button: str, typed: dict[str, str]) -> tuple[str, dict[str, str]]:
        """The form's target, and what a browser sends."""
        named = next(tag for tag in self.soup.select("form button") if tag.get_text() == button)
        form = named.find_parent("form")
        assert isinstance(form, Tag)
        assert form["method"] == "post"
        data: dict[str, str] = {}
        for tag in form.find_all(["input", "select"]):
            if tag.get("name") and (tag.get("type") != "checkbox" or tag.has_attr("checked")):
                option = tag.find("option", selected=True) if tag.name == "select" else None
                data[str(tag["name"])] = str(option.get_text()) if option else str(tag.get("value", ""))
        for label, value in typed.items():
            data[str(self.input(label)["name"])] = value
        if named.get("name"):
            data[str(named["name"])] = str(named["value"])
        return str(form["action"]), data

    def _the(self, name: str) -> Tag:
        found = self.soup.find(name)
        assert isinstance(found, Tag)
        return found


@dataclass
class Browser:
    """Its cookies, and pages in as many tabs as somebody keeps."""

    client: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})

    def remembered(self) -> httpx.Cookies:
        """A copy of the current cookies, to restore later."""
        return httpx.Cookies(self.client.cookies)

    async def open(self, path: str) -> Page:
        return await self.show(await self.client.get(path))

    async def press(self, page: Page, button: str, typed: dict[str, str] | None = None) -> Page:
        """Fills out a page's fields by label and presses one of its buttons."""
        action, data = page.filled(button, typed or {})
        return await self.post(action, data)

    async def post(self, path: str, data: dict[str, str]) -> Page:
        return await self.show(await self.send(path, data))

    async def send(self, path: str, data: dict[str, str]) -> httpx.Response:
        return await self.client.post(path, data=data, headers=self.headers)

    async def show(self, response: httpx.Response) -> Page:
        for _ in range(5):
            if not response.is_redirect:
                break
            assert response.status_code == 303
            response = await self.client.get(response.headers["location"])
        assert not response.is_redirect
        return Page(response)


class Window(Browser):
    """A browser before a real server, with one page at a time: one that waits is opened again as often as it asks."""

    page: Page

    async def show(self, response: httpx.Response) -> Page:
        self.page = await super().show(response)
        for _ in range(60):
            if not self.page.refreshes_to:
                return self.page
            self.page = await super().show(await self.client.get(self.page.refreshes_to))
        raise AssertionError(f"{self.page.path} refreshes for ever")

    async def submit(self, button: str, typed: dict[str, str] | None = None) -> Page:
        """Fills the page that is open, and presses a button of it."""
        return await self.press(self.page, button, typed)


@asynccontextmanager
async def browsing(address: str, kind: type[B], idle: float = 5, host: str | None = None) -> AsyncIterator[B]:
    """A browser at a form's address.

    `idle`: seconds after which an unused connection is closed. `host`: the browser's own address, as ``127.0.3.4``.
    """
    limits = httpx.Limits(keepalive_expiry=idle)
    async with httpx.AsyncClient(
        base_url=address,
        follow_redirects=True,
        transport=httpx.AsyncHTTPTransport(limits=limits, trust_env=False, verify=NO_TLS, local_address=host),
        timeout=30,
        trust_env=False,
    ) as client:
        yield kind(client, {"Origin": address.rstrip("/"), "Sec-Fetch-Site": "same-origin"})
