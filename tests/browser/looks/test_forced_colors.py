"""With a person's own colors or reduced motion, the page still conveys everything."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.stage.guest import Guest
from tests.browser.stage.staging import Stage
from tests.browser.stage.visitor import visiting
from tests.support.scripted_form import visited
from tests.support.sizes import neighbors

BORDER = "found => parseFloat(getComputedStyle(found).borderTopWidth)"
LOOKS = """step => {
  const { backgroundColor, boxShadow } = getComputedStyle(step, "::before");
  return `${backgroundColor} ${boxShadow}`;
}"""
SEEN_AROUND = 8  # CSS pixels around an element where its focus shows


@pytest.fixture
async def guest(browser: Browser, stage: Stage) -> AsyncIterator[Guest]:
    """A person with their own colors and reduced motion."""
    async with (
        visited(stage.form) as form,
        await browser.new_page(forced_colors="active", reduced_motion="reduce") as page,
        visiting(page, stage.address) as visitor,
    ):
        yield Guest(visitor, form)


async def picture(guest: Guest, found: Locator) -> bytes:
    """A picture of an element and its surroundings."""
    box = await found.bounding_box()
    assert box
    return await guest.page.screenshot(
        full_page=True,
        clip={
            "x": box["x"] - SEEN_AROUND,
            "y": box["y"] - SEEN_AROUND,
            "width": box["width"] + 2 * SEEN_AROUND,
            "height": box["height"] + 2 * SEEN_AROUND,
        },
    )


@pytest.mark.parametrize(
    "where", ["#country", *neighbors("main a", "#city", "#organizational-structure", "#authorized", ".buttons button")]
)
async def test_the_focus_can_be_seen(where: str, guest: Guest) -> None:
    await guest.at_details()
    found = guest.page.locator(where).first
    around = found.locator("..") if where == "#authorized" else found  # its box is drawn next to it
    before = await picture(guest, around)
    await guest.page.keyboard.press("Tab")  # makes the browser show the focus
    await found.focus()
    assert await picture(guest, around) != before


async def test_a_field_with_an_error_differs_by_more_than_its_color(guest: Guest) -> None:
    await guest.at_details()
    await guest.visitor.fill({"*City": "Springfield"})
    await guest.visitor.press("Submit")
    wrong, right = guest.field("*Street Address"), guest.field("*City")
    assert await wrong.evaluate(BORDER) > await right.evaluate(BORDER)
    await expect(guest.page.get_by_text("Enter the Street Address.").last).to_be_visible()


async def test_the_steps_can_be_told_apart(guest: Guest) -> None:
    await guest.at_code()
    looks = [await step.evaluate(LOOKS) for step in await guest.page.locator(".usa-step-indicator__segment").all()]
    done, current, *to_come = looks
    assert len({done, current, *to_come}) == 3
    assert not any("none" in look for look in to_come)


async def test_nothing_turns_on_the_waiting_page(guest: Guest) -> None:
    guest.form.workers.outcome(state="requested")
    await guest.form.at_code()
    await guest.visitor.take_over(guest.form.browser.remembered())
    await guest.visitor.open("/waiting")
    running = "() => document.getAnimations().filter(({ playState }) => playState === 'running').length"
    assert await guest.page.evaluate(running) == 0
