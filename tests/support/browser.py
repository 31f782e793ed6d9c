"""A browser without scripts: follows links and refreshes, and fills out forms by label."""

import re
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx
from bs4 import BeautifulSoup, Tag


@dataclass
class Browser:
    """One window with its cookies."""

    base_url: str
    idle: float = 5
    """Seconds after which an unused connection is closed."""

    async def __aenter__(self) -> Self:
        limits = httpx.Limits(keepalive_expiry=self.idle)
        self._client = httpx.AsyncClient(base_url=self.base_url, follow_redirects=True, timeout=30, limits=limits)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def open(self, path: str) -> None:
        """Opens a page and follows its refreshes."""
        await self._show(await self._client.get(path))

    async def follow(self, text: str) -> None:
        """Follows the link with this text."""
        links = [link for link in self.page.find_all("a") if link.get_text(strip=True) == text]
        assert len(links) == 1, f"{len(links)} links {text!r}"
        await self.open(str(links[0]["href"]))

    async def submit(self, button: str, values: dict[str, str]) -> None:
        """Fills out the form with this button by label, then presses the button."""
        await self._show(await self.send(*self.filled(button, values)))

    def filled(self, button: str, values: dict[str, str]) -> tuple[str, dict[str, str]]:
        """The target of the form with this button, and what it sends with these labels filled out."""
        pressed = next(found for found in self.page.find_all("button") if found.get_text(strip=True) == button)
        form = pressed.find_parent("form")
        assert isinstance(form, Tag)
        data = self._as_it_stands(form)
        for label, value in values.items():
            field = self.field(label)
            if field.get("type") == "checkbox":
                data[str(field["name"])] = str(field.get("value", "on"))
            else:
                data[str(field["name"])] = value
        if pressed.get("name"):
            data[str(pressed["name"])] = str(pressed.get("value", ""))
        where = str(pressed.get("formaction") or form.get("action") or self.path)
        return where, data

    async def send(self, where: str, data: dict[str, str]) -> httpx.Response:
        """Posts a form as a browser does."""
        origin = {"Origin": self.base_url.rstrip("/"), "Sec-Fetch-Site": "same-origin"}
        return await self._client.post(where, data=data, headers=origin)

    def field(self, label: str) -> Tag:
        """The field with this label."""
        for found in self.page.find_all("label"):
            if " ".join(found.get_text(" ", strip=True).split()).replace("* ", "*") == label:
                field = self.page.find(id=found["for"])
                assert isinstance(field, Tag)
                return field
        raise AssertionError(f"no label {label!r} in {[found.get_text(strip=True) for found in self.page('label')]}")

    @property
    def heading(self) -> str:
        found = self.page.find("h1")
        return found.get_text(" ", strip=True) if found else ""

    @property
    def text(self) -> str:
        return self.page.get_text(" ", strip=True)

    @property
    def problems(self) -> list[str]:
        """The codes of the problems that the page shows."""
        return [str(found["data-problem"]) for found in self.page.select('[role="alert"][data-problem]')]

    @property
    def reference(self) -> str:
        found = re.search(r"ACE-[0-9A-Z]{4}-[0-9A-Z]{4}", self.text)
        assert found, self.text
        return found[0]

    @staticmethod
    def _as_it_stands(form: Tag) -> dict[str, str]:
        data: dict[str, str] = {}
        for field in form.select("input[name], select[name], textarea[name]"):
            if field.get("type") in ("checkbox", "submit"):
                continue
            chosen = (
                (field.select_one("option[selected]") or field.select_one("option"))
                if field.name == "select"
                else field
            )
            data[str(field["name"])] = str(chosen.get("value", chosen.get_text()) if chosen else "")
        return data

    async def _show(self, response: httpx.Response) -> None:
        for _ in range(60):
            self.status, self.path = response.status_code, response.url.path
            self.page = BeautifulSoup(response.text, "html.parser")
            refresh = self.page.select_one('meta[http-equiv="refresh"]')
            if refresh is None:
                return
            where = re.search(r"url=(.+)$", str(refresh["content"]), re.IGNORECASE)
            response = await self._client.get(where[1] if where else self.path)
        raise AssertionError(f"{self.path} refreshes for ever")
