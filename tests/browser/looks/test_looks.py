"""What axe does not measure: focus contrast, target sizes, and text at double size."""

import pytest
from playwright.async_api import expect

from services.gateway.pages.request import ANEW
from shared.contracts.commands import StartApplication
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.state import State
from tests.browser.stage.guest import Guest
from tests.browser.stage.screens import NARROW, overflow
from tests.support.contrast import contrast
from tests.support.scripted_form import REQUEST, SIGNED
from tests.support.sizes import neighbors

AROUND = """found => {
  const numbers = (color) => color.match(/\\d+/g).map(Number);
  const { outlineColor, outlineStyle } = getComputedStyle(found);
  for (let around = found.parentElement; around; around = around.parentElement) {
    const [red, green, blue, alpha] = numbers(getComputedStyle(around).backgroundColor);
    if (alpha !== 0) return [outlineStyle, numbers(outlineColor), [red, green, blue]];
  }
  return [outlineStyle, numbers(outlineColor), [255, 255, 255]];
}"""


@pytest.mark.parametrize(
    "where", ["#email", *neighbors(".site-notice summary", ".site-header a", ".summary a", "footer a")]
)
async def test_the_focus_stands_out_from_what_is_around_it(guest: Guest, where: str) -> None:
    guest.form.workers.on(StartApplication, Refused, problem=Problem.EMAIL_IN_USE)
    await guest.visitor.open(f"/request?{ANEW}")
    await guest.visitor.send(REQUEST)
    await guest.page.keyboard.press("Tab")  # makes the browser show the focus
    found = guest.page.locator(where).first
    await found.focus()
    style, outline, around = await found.evaluate(AROUND)
    assert style == "solid"
    assert contrast(outline, around) >= 3


async def test_everything_to_press_is_large_enough(guest: Guest) -> None:
    await guest.page.set_viewport_size(NARROW["phone"])
    await guest.at_code()
    for pressed in (
        await guest.page.locator("button, footer a, summary, input:not([type=hidden])").filter(visible=True).all()
    ):
        box = await pressed.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 24


@pytest.mark.parametrize("path", ["/details", *neighbors("/", f"/request?{ANEW}", "/code")])
async def test_letters_twice_as_large_fit_on_a_phone(guest: Guest, path: str) -> None:
    await guest.page.set_viewport_size(NARROW["phone"])
    await {"/code": guest.at_code, "/details": guest.at_details}.get(path, lambda: guest.visitor.open(path))()
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


@pytest.mark.parametrize("width", [360, *neighbors(1280)])
async def test_long_names_and_addresses_run_out_of_no_page(guest: Guest, width: int) -> None:
    await guest.page.set_viewport_size({"width": width, "height": 800})
    long = "x" * 60
    email = f"{long}@{'y' * 50}.{'z' * 50}.example"
    request = REQUEST | {"*Company Name": "W" * 100, "*Business Email Address (Account Owner Login Email)": email}
    await guest.visitor.open(f"/request?{ANEW}")
    await guest.visitor.send(request)
    assert await overflow(guest.page) == 0
    await guest.visitor.send({"*Verification Code": "ABCD-EFGH"})
    named = {"*Account Owner First Name": long, "*Account Owner Last Name": long, "*Street Address": 2 * long}
    await guest.visitor.fill(SIGNED | named)
    await expect(guest.page.locator("[data-row=street_address]")).to_contain_text(long)
    assert await overflow(guest.page) == 0
    guest.form.workers.outcome(state=State.COMPLETED, account="A-1111-2222-3333")
    await guest.visitor.press("Submit")
    await guest.visitor.arrives("/confirmation")
    assert await overflow(guest.page) == 0


async def test_help_stands_beside_the_page_where_there_is_room_and_below_it_where_there_is_none(guest: Guest) -> None:
    await guest.at_code()
    for width, beside in ((1280, True), (360, False)):
        await guest.page.set_viewport_size({"width": width, "height": 800})
        page = await guest.page.locator("main h1").bounding_box()
        help_ = await guest.page.get_by_role("region", name="If the code does not come").bounding_box()
        form = await guest.page.locator("main form").first.bounding_box()
        assert page
        assert help_
        assert form
        assert (help_["x"] > form["x"] + form["width"]) == beside
        assert (help_["y"] > form["y"] + form["height"]) != beside
