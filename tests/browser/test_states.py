"""Each state of a page: its title says it, it is accessible, and it fits any screen."""

import re
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize

from shared.web.assets import PRUNED
from tests.browser.stage.accessibility import violations
from tests.browser.stage.screens import NARROW, overflow
from tests.browser.stage.staging import Stage, reached
from tests.browser.stage.visitor import Visitor
from tests.browser.states import STATES, State
from tests.support.sizes import neighbors

DESIGN_SYSTEM = Path("node_modules/@uswds/uswds/dist") / PRUNED.removeprefix("uswds/")
SHEET = f"() => document.querySelector('link[href$=\"{PRUNED}\"]').href"
CLASSES = "() => [...document.querySelectorAll('*')].flatMap((found) => [...found.classList])"


@cache
def styled(sheet: str) -> set[str]:
    """The classes in a style sheet's rules."""
    return set(re.findall(r"\.([a-z][\w-]*)", sheet))


@pytest.fixture(
    scope="module",
    params=[pytest.param(state, marks=[pytest.mark.full] if state.variant else [], id=state.name) for state in STATES],
)
def state(request: pytest.FixtureRequest) -> State:
    found: State = request.param
    return found


@pytest.fixture(scope="module")
async def window(browser: Browser) -> AsyncIterator[Page]:
    """One window for all states, so that shared files load once."""
    async with await browser.new_page() as found:
        yield found


@pytest.fixture(scope="module")
async def shown(state: State, browser: Browser, window: Page, stage: Stage) -> AsyncIterator[Visitor]:
    """A window that shows this state, shared by its tests."""
    async with reached(state, browser, window, stage) as visitor:
        yield visitor


async def test_the_page_shows_the_problems_of_its_state_and_its_title_begins_with_them(
    shown: Visitor, state: State
) -> None:
    assert set(await shown.problems()) == state.problems
    assert (await shown.page.title()).startswith("Error: ") == bool(state.problems)


async def test_only_problems_raise_an_alert(shown: Visitor) -> None:
    assert await shown.page.locator('[role="alert"]:not([data-problem])').count() == 0


async def test_a_label_names_one_field_without_its_star_too(shown: Visitor) -> None:
    for label in await shown.page.locator("label").all_inner_texts():
        assert await shown.page.get_by_label(label.lstrip("*")).count() == 1, label


async def test_the_page_has_one_heading_of_the_first_level_which_its_title_names(shown: Visitor) -> None:
    headings = await shown.page.locator("h1").all_inner_texts()
    assert len(headings) == 1
    assert headings[0] in await shown.page.title()


async def test_the_first_thing_in_focus_is_the_error(shown: Visitor, state: State) -> None:
    focused = await shown.page.evaluate("() => document.activeElement.innerText")
    if state.problems:
        assert focused.strip().startswith(("Check", await shown.page.locator("main h2").first.inner_text()))


async def test_axe_finds_no_violation(shown: Visitor) -> None:
    assert await violations(shown.page) == []


async def test_no_class_on_the_page_lost_the_design_systems_rules_for_it(shown: Visitor) -> None:
    on_page = set(await shown.page.evaluate(CLASSES))
    served = await shown.page.request.get(await shown.page.evaluate(SHEET))
    assert on_page & styled(DESIGN_SYSTEM.read_text()) <= styled(await served.text())


@pytest.mark.parametrize("screen", [NARROW["phone"], *neighbors(NARROW["zoomed"])])
async def test_nothing_runs_out_of_a_narrow_screen(shown: Visitor, screen: ViewportSize) -> None:
    await shown.page.set_viewport_size(screen)
    assert await overflow(shown.page) == 0
