"""A person with a real browser and scripted workers, where time passes when a test says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from playwright.async_api import Locator, Page, Request

from shared.contracts.state import State
from tests.browser.stage.visitor import Visitor
from tests.support.scripted_form import REQUEST, Form

COUNTRY, STATE, ZIP = "*Country", "State", "*Zip Code"


@dataclass
class Guest:
    """A person on a page, and the system behind it."""

    visitor: Visitor
    form: Form

    @property
    def page(self) -> Page:
        return self.visitor.page

    def field(self, label: str) -> Locator:
        return self.visitor.field(label)

    @property
    def read_out(self) -> Locator:
        """What screen readers announced last."""
        return self.page.locator("main > .usa-sr-only[role=status]")

    async def at_code(self) -> None:
        """Gets to the code page: page 1 was sent."""
        await self.form.at_code()
        await self._go_on_at("/code")

    async def at_details(self) -> None:
        """Gets to the details page: the right code was entered."""
        await self.form.at_details()
        await self._go_on_at("/details")

    async def choose(self, label: str, typed: str) -> None:
        """Types into a field and leaves it."""
        await self.field(label).fill(typed)
        await self.leave_field()

    async def leave_field(self) -> None:
        """Moves to the next field."""
        await self.page.keyboard.press("Tab")

    async def hold_clock(self) -> None:
        """Gives pages opened after this a clock that the test can move."""
        await self.page.clock.install()

    async def pass_time(self, **span: float) -> None:
        """Lets this much time pass in one jump, here and on the server, as if the computer had slept."""
        self.form.clock.passes(**span)
        await self.page.clock.fast_forward(int(timedelta(**span) / timedelta(milliseconds=1)))

    @contextmanager
    def requests(self, method: str, path: str) -> Iterator[list[Request]]:
        """Collects the browser's requests while the block runs."""
        made: list[Request] = []

        def note(request: Request) -> None:
            if request.method == method and request.url.endswith(path):
                made.append(request)

        self.page.on("request", note)
        yield made
        self.page.remove_listener("request", note)

    async def wait_for_a_code(self) -> None:
        """Sends page 1 while no code is issued yet."""
        self.form.workers.outcome(state=State.REQUESTED)
        await self.visitor.open("/request?new")
        await self.visitor.send(REQUEST)
        await self.visitor.arrives("/waiting")

    async def _go_on_at(self, path: str) -> None:
        await self.visitor.take_over(self.form.browser.remembered())
        await self.visitor.open(path)
