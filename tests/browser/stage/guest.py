"""A person at a real browser before scripted workers, with time that passes when a test says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from playwright.async_api import Locator, Page, Request

from tests.browser.stage.visitor import Visitor
from tests.support.scripted_form import Form


@dataclass
class Guest:
    """Somebody who came to a page, and what stands behind it."""

    visitor: Visitor
    form: Form

    @property
    def page(self) -> Page:
        return self.visitor.page

    def field(self, label: str) -> Locator:
        return self.visitor.field(label)

    @property
    def read_out(self) -> Locator:
        """What screen readers were told last."""
        return self.page.locator("main > .usa-sr-only[role=status]")

    async def at_code(self) -> None:
        """Has sent page 1."""
        await self.form.at_code()
        await self._go_on_at("/code")

    async def at_details(self) -> None:
        """Has entered the right code."""
        await self.form.at_details()
        await self._go_on_at("/details")

    async def leave_field(self) -> None:
        """Goes to the next field."""
        await self.page.keyboard.press("Tab")

    async def hold_clock(self) -> None:
        """Pages that are opened after this have a clock that a test can move."""
        await self.page.clock.install()

    async def pass_time(self, **span: float) -> None:
        """So much time passes at once, here and at the server, as for a computer that slept."""
        self.form.clock.passes(**span)
        await self.page.clock.fast_forward(int(timedelta(**span) / timedelta(milliseconds=1)))

    @contextmanager
    def requests(self, method: str, path: str) -> Iterator[list[Request]]:
        """Those that the browser makes while the block runs."""
        made: list[Request] = []

        def note(request: Request) -> None:
            if request.method == method and request.url.endswith(path):
                made.append(request)

        self.page.on("request", note)
        yield made
        self.page.remove_listener("request", note)

    async def _go_on_at(self, path: str) -> None:
        await self.visitor.take_over(self.form.browser.remembered())
        await self.visitor.open(path)
