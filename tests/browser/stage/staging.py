"""The form in front of scripted workers, and a browser for it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, Page

from tests.browser.stage.prompting import prompted
from tests.browser.stage.screens import DESK
from tests.browser.stage.visitor import Visitor, visiting
from tests.browser.states import State
from tests.support.scripted_form import Backstage, staged, visited
from tests.support.services import serving
from tests.support.settings import settings_with_keys


@dataclass(frozen=True)
class Stage:
    """The form in front of workers that reply as a test says, and its address."""

    form: Backstage
    address: str


@asynccontextmanager
async def staging() -> AsyncIterator[Stage]:
    """A stage while the block runs."""
    form = staged(settings_with_keys(challenge="off"))
    async with serving(form.app) as address:
        yield Stage(form, address)


@asynccontextmanager
async def reached(state: State, browser: Browser, window: Page, stage: Stage) -> AsyncIterator[Visitor]:
    """A visitor who sees this state while the block runs, in this window or in one that the state requires."""
    async with AsyncExitStack() as stack:
        page = window
        if state.window is not None:
            page = await stack.enter_async_context(await browser.new_page(**state.window))
        await page.set_viewport_size(DESK)
        form = await stack.enter_async_context(visited(stage.form))
        if state.prompted:
            stack.enter_context(prompted(form))
        visitor = await stack.enter_async_context(visiting(page, stage.address))
        await state.reach(visitor, form)
        yield visitor
