"""A browser without scripts: fills out forms by label, presses buttons by text, keeps cookies."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
from bs4 import BeautifulSoup, Tag


@dataclass(frozen=True)
class Page:
    """A page as loaded. Like a tab, it does not change when others load."""

    response: httpx.Response
    soup: BeautifulSoup

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
        tag = self.soup.find("meta", attrs={"http-equiv": "refresh"})
        return int(str(tag["content"])) if isinstance(tag, Tag) else None

    def link(self, text: str) -> str:
        return str(next(a for a in self.soup.find_all("a") if a.get_text() == text)["href"])

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
    client: httpx.AsyncClient
    headers: dict[str, str] = field(default_factory=lambda: {"Sec-Fetch-Site": "same-origin"})

    def remembered(self) -> httpx.Cookies:
        """A copy of the current cookies, to restore later."""
        return httpx.Cookies(self.client.cookies)

    async def open(self, path: str) -> Page:
        return await self._page(await self.client.get(path))

    async def press(self, page: Page, button: str, typed: dict[str, str] | None = None) -> Page:
        """Fills out a page's fields by label and presses one of its buttons."""
        action, data = page.filled(button, typed or {})
        return await self.post(action, data)

    async def post(self, path: str, data: dict[str, str]) -> Page:
        return await self._page(await self.client.post(path, data=data, headers=self.headers))

    async def _page(self, response: httpx.Response) -> Page:
        for _ in range(5):
            if not response.is_redirect:
                break
            assert response.status_code == 303
            response = await self.client.get(response.headers["location"])
        assert not response.is_redirect
        return Page(response, BeautifulSoup(response.text, "html.parser"))
