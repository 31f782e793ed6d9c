"""What axe does not measure: how well the focus stands out, how large a target is, and text made twice as large."""

import pytest

from services.gateway.pages.request import ANEW
from shared.contracts.commands import StartApplication
from shared.contracts.replies import Refused
from shared.domain.problem import Problem
from tests.browser.guest import Guest
from tests.browser.screens import NARROW, overflow
from tests.contrast import contrast
from tests.unit.gateway.conftest import REQUEST

AROUND = """found => {
  const numbers = (color) => color.match(/\\d+/g).map(Number);
  const { outlineColor, outlineStyle } = getComputedStyle(found);
  for (let around = found.parentElement; around; around = around.parentElement) {
    const [red, green, blue, alpha] = numbers(getComputedStyle(around).backgroundColor);
    if (alpha !== 0) return [outlineStyle, numbers(outlineColor), [red, green, blue]];
  }
  return [outlineStyle, numbers(outlineColor), [255, 255, 255]];
}"""


@pytest.mark.parametrize("where", [".site-notice summary", ".site-header a", ".summary a", "#email", "footer a"])
async def test_the_focus_stands_out_from_what_is_around_it(guest: Guest, where: str) -> None:
    guest.form.workers.on(StartApplication, Refused, problem=Problem.EMAIL_IN_USE)
    await guest.visitor.open(f"/request?{ANEW}")
    await guest.visitor.send(REQUEST)
    await guest.page.keyboard.press("Tab")  # so that the browser shows where the focus is
    found = guest.page.locator(where).first
    await found.focus()
    style, outline, around = await found.evaluate(AROUND)
    assert style == "solid"
    assert contrast(outline, around) >= 3


async def test_what_can_be_pressed_is_large_enough(guest: Guest) -> None:
    await guest.page.set_viewport_size(NARROW["phone"])
    await guest.at_code()
    for pressed in (
        await guest.page.locator("button, footer a, summary, input:not([type=hidden])").filter(visible=True).all()
    ):
        box = await pressed.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize("path", ["/", f"/request?{ANEW}"])
async def test_letters_twice_as_large_fit_on_a_phone(guest: Guest, path: str) -> None:
    await guest.page.set_viewport_size(NARROW["phone"])
    await guest.visitor.open(path)
    await guest.page.evaluate("() => { document.documentElement.style.fontSize = '200%' }")
    assert await overflow(guest.page) == 0
    name = await guest.page.locator(".site-header a").bounding_box()
    notice = await guest.page.locator(".site-notice").bounding_box()
    assert name
    assert notice
    assert name["y"] >= notice["y"] + notice["height"]
    skip = await guest.page.locator(".usa-skipnav").bounding_box()
    assert skip
    assert skip["y"] + skip["height"] <= 0


async def test_the_first_field_is_on_the_first_screen_of_a_phone(guest: Guest) -> None:
    await guest.page.set_viewport_size(NARROW["phone"])
    await guest.visitor.open(f"/request?{ANEW}")
    box = await guest.field("*Company Name").bounding_box()
    assert box
    assert box["y"] + box["height"] <= NARROW["phone"]["height"]
