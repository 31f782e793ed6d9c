"""A form is sent once, and its mistakes are found immediately."""

import asyncio

from playwright.async_api import Route, expect

from tests.browser.stage.guest import Guest
from tests.support.scripted_form import REQUEST

PRESS_THRICE = """async button => {
  for (let times = 0; times < 3; times += 1) {
    button.click();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return [button.getAttribute("aria-disabled"), document.querySelector("main > .usa-sr-only[role=status]").textContent];
}"""


async def test_a_form_is_sent_once_however_often_its_button_is_pressed(guest: Guest) -> None:
    pressed = asyncio.Event()

    async def slowly(route: Route) -> None:
        await pressed.wait()
        await route.continue_()

    await guest.visitor.open("/request?new")
    await guest.visitor.fill(REQUEST)
    await guest.page.route("**/request", slowly)
    with guest.requests("POST", "/request") as made:
        told = await guest.page.get_by_role("button", name="Next >").evaluate(PRESS_THRICE)
        pressed.set()
        await guest.visitor.arrives("/code")
    assert told == ["true", "Sending…"]
    assert len(made) == 1


async def test_a_form_that_was_stopped_can_be_sent_again(guest: Guest) -> None:
    await guest.hold_clock()
    await guest.visitor.open("/request?new")
    await guest.page.route("**/request", lambda route: route.fulfill(status=204))
    button = guest.page.get_by_role("button", name="Next >")
    async with guest.page.expect_event("requestfailed", lambda request: request.method == "POST"):
        await button.click(no_wait_after=True)
    await expect(button).to_have_attribute("aria-disabled", "true")
    await guest.pass_time(seconds=11)
    await expect(button).not_to_have_attribute("aria-disabled", "true")


async def test_without_a_network_a_form_stays_with_what_was_typed_and_says_so(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    await guest.visitor.fill(REQUEST)
    await guest.page.context.set_offline(True)
    await guest.page.get_by_role("button", name="Next >").click()
    told = guest.page.get_by_role("alert").filter(has_text="You are offline")
    await expect(told).to_be_in_viewport()
    guest.visitor.complaints.found.clear()  # expected: the network failed
    await guest.page.context.set_offline(False)
    await expect(told).to_be_hidden()
    await guest.visitor.press("Next >")
    await guest.visitor.arrives("/code")


async def test_a_form_on_an_offline_computer_is_sent_if_the_server_can_be_reached(guest: Guest) -> None:
    await guest.page.add_init_script("Object.defineProperty(navigator, 'onLine', { value: false })")
    await guest.visitor.open("/request?new")
    await guest.visitor.send(REQUEST)
    await guest.visitor.arrives("/code")


async def test_going_back_sends_what_its_button_says(guest: Guest) -> None:
    await guest.at_code()
    with guest.requests("POST", "/code") as made:
        await guest.visitor.press("< Back")
    assert "action=back" in (made[0].post_data or "")


async def test_the_summary_of_errors_has_the_focus_and_leads_to_the_fields(guest: Guest) -> None:
    await guest.at_details()
    await guest.visitor.press("Submit")
    await expect(guest.page.locator(".summary")).to_be_focused()
    link = guest.page.locator(".summary").get_by_role("link", name="City")
    await link.press("Enter")
    await expect(guest.field("*City")).to_be_focused()
    await expect(guest.page.locator("label[for=city]")).to_be_in_viewport()


async def test_coming_back_to_an_error_does_not_ask_to_resend_the_form(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    await guest.visitor.press("Next >")
    await expect(guest.page.locator(".summary")).to_be_focused()
    await guest.visitor.open("/")
    await guest.page.go_back()
    await expect(guest.field("*Company Name")).to_be_visible()
