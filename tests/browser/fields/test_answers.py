"""The section that shows the answers before submission stays up to date, moves nothing, and links to the fields."""

import re

import pytest
from playwright.async_api import Browser, Locator, expect

from shared.contracts.commands import SubmitDetails
from shared.contracts.state import State
from tests.browser.stage.guest import Guest
from tests.browser.stage.staging import Stage
from tests.browser.stage.visitor import visiting
from tests.support.scripted_form import DETAILS, SIGNED, visited

WITHOUT_ANCHORING = "() => { document.documentElement.style.overflowAnchor = 'none' }"
"""As in Safari, which does not anchor the scroll position."""

TELEPHONE = "*Telephone Number"


def row(guest: Guest, title: str) -> Locator:
    return guest.page.locator("#answers-rows [data-row]").filter(has=guest.page.get_by_text(title, exact=True))


async def filled(guest: Guest) -> None:
    await guest.at_details()
    await guest.visitor.fill(DETAILS)
    await expect(row(guest, "Telephone Number")).to_contain_text("217-555-0123")


async def test_the_answers_fill_themselves_while_the_form_is_filled_in(guest: Guest) -> None:
    await guest.at_details()
    await expect(guest.page.get_by_role("button", name="Check your answers")).to_be_hidden()
    await expect(row(guest, "City")).to_contain_text("Not entered yet")
    await guest.field("*City").fill("  Springfield ")
    await expect(row(guest, "City").locator("dd").first).to_have_text("Springfield")
    await guest.visitor.fill(DETAILS)
    await expect(row(guest, "Country")).to_contain_text("United States")
    await expect(guest.page.get_by_text("All required answers are there.", exact=True)).to_be_visible()
    await expect(guest.read_out).to_contain_text("All required answers are there.")
    assert not guest.form.workers.of(SubmitDetails)


async def test_the_focus_stays_where_somebody_types(guest: Guest) -> None:
    await guest.at_details()
    await guest.field("*City").press_sequentially("Springfield")
    await expect(row(guest, "City")).to_contain_text("Springfield")
    await expect(guest.field("*City")).to_be_focused()


@pytest.mark.full
async def test_nothing_moves_under_the_pointer_at_submit(guest: Guest) -> None:
    await filled(guest)
    await guest.page.set_viewport_size({"width": 360, "height": 640})
    await guest.page.evaluate(WITHOUT_ANCHORING)
    submit = guest.page.get_by_role("button", name="Submit")
    await submit.hover()
    before = await submit.bounding_box()
    await guest.field("*Street Address").evaluate(
        """(field) => {
          field.value = "1 Main Street, Building Seven, Suite 1200, Care of the Accounts Payable Department, Floor 3";
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }"""
    )
    await expect(row(guest, "Street Address")).to_contain_text("Building Seven")
    await guest.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    after = await submit.bounding_box()
    assert before
    assert after
    assert abs(before["y"] - after["y"]) < 2


@pytest.mark.full
async def test_change_leads_to_the_field_and_stays_in_focus_while_the_section_changes(guest: Guest) -> None:
    await filled(guest)
    change = row(guest, "City").get_by_role("link", name="Change City")
    await change.focus()
    await guest.field("*City").evaluate(
        "(field) => { field.value = 'Chicago'; field.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    await expect(row(guest, "City")).to_contain_text("Chicago")
    await expect(change).to_be_focused()
    await change.press("Enter")
    await expect(guest.field("*City")).to_be_focused()
    await expect(guest.page.locator("#city-label")).to_be_in_viewport()


@pytest.mark.full
async def test_without_a_network_it_says_that_it_may_be_behind(guest: Guest) -> None:
    await filled(guest)
    away = guest.page.get_by_text("what you changed last may not stand here yet")
    await expect(away).to_be_hidden()
    await guest.page.route("**/details/check", lambda route: route.abort())
    await guest.field("*City").fill("Chicago")
    await expect(away).to_be_visible()
    await expect(row(guest, "City")).to_contain_text("Springfield")
    await guest.page.unroute("**/details/check")
    await guest.field("*City").fill("Peoria")
    await expect(row(guest, "City")).to_contain_text("Peoria")
    await expect(away).to_be_hidden()
    guest.visitor.complaints.found.clear()  # expected: the network failed


async def test_submit_is_pressed_once(guest: Guest) -> None:
    await guest.at_details()
    guest.form.workers.outcome(state=State.COMPLETED, account="A-1111-2222-3333")
    await guest.visitor.send(SIGNED, "Submit")
    await guest.visitor.arrives("/confirmation")


async def test_enter_in_a_field_does_not_submit_what_cannot_be_withdrawn(guest: Guest) -> None:
    await guest.at_details()
    await guest.visitor.fill(SIGNED)
    async with guest.page.expect_navigation():
        await guest.field(TELEPHONE).press("Enter")
    await expect(guest.page.get_by_role("heading", name="Check your answers")).to_be_focused()
    await expect(guest.field("*City")).to_have_value("Springfield")
    assert not guest.form.workers.of(SubmitDetails)


async def test_without_scripts_a_button_fills_it(browser: Browser, stage: Stage) -> None:
    async with (
        visited(stage.form) as form,
        await browser.new_page(java_script_enabled=False) as page,
        visiting(page, stage.address) as visitor,
    ):
        guest = Guest(visitor, form)
        await guest.at_details()
        await visitor.send(DETAILS, "Check your answers")
        await expect(row(guest, "State")).to_contain_text("Illinois")
        await expect(page.get_by_role("heading", name="Check your answers")).to_be_in_viewport()
        form.workers.outcome(state=State.COMPLETED, account="A-1111-2222-3333")
        await page.locator("#authorized").check()
        await visitor.press("Submit")
        assert re.search("/confirmation$", page.url)
