"""Scripts that load late, fail or never load; browsers that are old, autofill addresses, or translate the page."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Locator, Route, expect

from shared.contracts.commands import SubmitDetails
from shared.contracts.state import State
from tests.browser.stage.guest import Guest
from tests.support.scripted_form import SIGNED
from tests.support.sizes import neighbors

COUNTRY, STATE, STRUCTURE = "*Country", "State", "*Company Organizational Structure"
YEAR_END = "Account's Fiscal Year End Date"

AS_FILLED_IN_BY_A_BROWSER = """(input, value) => {
  input.dispatchEvent(new Event("focus"));
  input.value = value;
  for (const event of ["input", "change"]) input.dispatchEvent(new Event(event, { bubbles: true }));
  input.dispatchEvent(new Event("blur"));
}"""

TRANSLATE = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    if (walker.currentNode.data.trim() && !walker.currentNode.parentElement.closest("[translate=no]")) {
      walker.currentNode.data = "¡traducido!";
    }
  }
}"""


@asynccontextmanager
async def coming_late(guest: Guest, script: str) -> AsyncIterator[None]:
    """Loads the page except for this script, which arrives after the block."""
    comes = asyncio.Event()

    async def late(route: Route) -> None:
        await comes.wait()
        await route.continue_()

    await guest.page.route(f"**/{script}", late)
    await guest.page.reload(wait_until="commit")
    await expect(guest.page.locator(".show-hide")).to_be_attached()  # the scripts before it have run
    yield
    comes.set()
    await guest.page.wait_for_load_state()


async def keeps_typing(guest: Guest, label: str, begun: str, rest: str) -> Locator:
    """A person types while a script is loading and continues once it runs."""
    async with coming_late(guest, "uswds.min.js"):
        await guest.field(label).press_sequentially(begun)
    field = guest.field(label)
    await expect(field).to_be_focused()
    await guest.page.keyboard.type(rest)
    await expect(field).to_have_value(begun + rest)
    return field


async def test_typing_a_country_continues_when_the_list_loads(guest: Guest) -> None:
    await guest.at_details()
    field = await keeps_typing(guest, COUNTRY, "can", "a")
    await expect(guest.page.get_by_role("option", name="Canada")).to_be_visible()
    await guest.leave_field()
    await expect(field).to_have_value("Canada")
    await expect(guest.field(STATE)).to_have_role("combobox")


@pytest.mark.full
async def test_typing_a_date_continues_when_the_calendar_loads(guest: Guest) -> None:
    await guest.at_details()
    field = await keeps_typing(guest, YEAR_END, "12/31/", "2026")
    await guest.page.get_by_role("button", name="Toggle calendar").click()
    await expect(guest.page.get_by_role("button", name="31 December 2026")).to_be_focused()
    await expect(field).to_have_value("12/31/2026")


@pytest.mark.parametrize("script", ["uswds.min.js", *neighbors("combo-box.js", "move-input.js", "announce.js")])
async def test_the_details_are_submitted_where_a_script_does_not_come(guest: Guest, script: str) -> None:
    await guest.at_details()
    await guest.page.route(f"**/{script}", lambda route: route.abort())
    await guest.page.reload()
    await guest.visitor.fill(SIGNED)
    guest.form.workers.outcome(state=State.COMPLETED, account="A-1111-2222-3333")
    await guest.page.get_by_role("button", name="Submit").click()
    await guest.visitor.arrives("/confirmation")
    assert guest.form.workers.of(SubmitDetails)
    guest.visitor.complaints.found.clear()  # expected: the script failed


async def test_the_waiting_page_goes_on_where_its_script_does_not_come(guest: Guest) -> None:
    await guest.page.route("**/status.js", lambda route: route.abort())
    await guest.wait_for_a_code()
    guest.form.awaiting_code()
    await guest.visitor.arrives("/code")
    guest.visitor.complaints.found.clear()


@pytest.mark.full
async def test_the_waiting_page_goes_on_in_a_browser_that_knows_nothing_newer_than_modules(guest: Guest) -> None:
    await guest.page.add_init_script(
        "delete AbortSignal.timeout; delete AbortSignal.any; delete Promise.withResolvers;"
    )
    await guest.wait_for_a_code()
    await guest.page.wait_for_event("response", lambda response: response.url.endswith("/status"))
    guest.form.awaiting_code()
    await guest.visitor.arrives("/code")


async def test_an_address_that_a_browser_fills_in_opens_no_list(guest: Guest) -> None:
    await guest.at_details()
    for label, filled in ((COUNTRY, "US"), (STATE, "CA")):
        await guest.field(label).evaluate(AS_FILLED_IN_BY_A_BROWSER, filled)
    await expect(guest.field(COUNTRY)).to_have_value("United States")
    await expect(guest.field(STATE)).to_have_value("California")
    await expect(guest.page.get_by_role("listbox", name="Choices")).to_have_count(0)


async def test_a_translated_page_sends_what_the_form_understands(guest: Guest) -> None:
    await guest.at_details()
    reference = await guest.page.locator(".reference strong").inner_text()
    await guest.page.evaluate(TRANSLATE)
    await expect(guest.page.locator(".reference strong")).to_have_text(reference)
    await guest.page.locator("#organizational-structure").select_option(index=1)
    await guest.page.locator("#country").press_sequentially("germ")
    await guest.page.evaluate(TRANSLATE)
    await guest.page.keyboard.press("ArrowDown")
    await guest.page.keyboard.press("Enter")
    with guest.requests("POST", "/details") as made:
        async with guest.page.expect_navigation():
            await guest.page.locator(".buttons button").first.click()
    sent = made[0].post_data or ""
    assert "organizational_structure=Corporation" in sent
    assert "country=Germany" in sent


async def test_a_translated_page_is_not_told_again_what_has_not_changed(guest: Guest) -> None:
    await guest.hold_clock()
    await guest.at_code()
    await guest.page.evaluate(TRANSLATE)
    async with guest.page.expect_response("**/status"):
        await guest.pass_time(seconds=40)
    await guest.page.evaluate("() => new Promise((resolve) => requestAnimationFrame(resolve))")
    for told in ("#email", "#tries-left"):
        await expect(guest.page.locator(told)).to_contain_text("¡traducido!")
