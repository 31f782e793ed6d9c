"""On a computer that others use: what is left once an account was created, or the session ended."""

from playwright.async_api import Page, expect

from shared.contracts.state import State
from tests.browser.stage.guest import Guest
from tests.support.scripted_form import NUMBER, REQUEST, SIGNED

HIDDEN = "() => document.documentElement.hidden"


async def keep_in_memory(page: Page) -> None:
    """What a browser says to a page that it keeps to go back to."""
    await page.evaluate("() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")


async def restore(page: Page) -> None:
    """What it says when somebody goes back to it."""
    await page.evaluate("() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })) && undefined")


async def confirm(guest: Guest) -> None:
    """Fills in the whole form."""
    await guest.visitor.open("/request?new")
    await guest.visitor.send(REQUEST)
    await guest.visitor.arrives("/code")
    await guest.visitor.send({"*Verification Code": "ABCD-EFGH"})
    await guest.visitor.arrives("/details")
    guest.form.workers.outcome(state=State.COMPLETED, account="A-1111")
    await guest.visitor.send(SIGNED, "Submit")
    await guest.visitor.arrives("/confirmation")


async def test_going_back_from_the_confirmation_never_shows_the_number_again(guest: Guest) -> None:
    await confirm(guest)
    for _ in range(3):
        await guest.page.go_back()
        assert "45678900" not in await guest.page.content()
        number = guest.page.get_by_label(NUMBER)
        if await number.count():
            await expect(number).to_have_value("")


async def test_the_button_ends_the_session_and_nothing_can_be_gone_back_to(guest: Guest) -> None:
    await confirm(guest)
    await guest.visitor.press("End the session")
    await guest.visitor.arrives("/ended")
    assert await guest.page.context.cookies() == []
    for _ in range(3):
        await guest.page.go_back()
        content = await guest.page.content()
        assert [typed for typed in ("8900", "Jane", "A-1111") if typed in content] == []


async def test_a_page_from_memory_shows_again_if_the_person_is_still_on_it(guest: Guest) -> None:
    await guest.at_details()
    await guest.field("*City").fill("Springfield")
    await keep_in_memory(guest.page)
    assert await guest.page.evaluate(HIDDEN)
    await restore(guest.page)
    await expect(guest.page.locator("h1")).to_be_visible()
    await expect(guest.field("*City")).to_have_value("Springfield")


async def test_a_page_from_memory_stays_hidden_and_is_left_once_the_session_ended(guest: Guest) -> None:
    await guest.at_details()
    await keep_in_memory(guest.page)
    assert await guest.page.evaluate(HIDDEN)
    await guest.page.context.clear_cookies()
    await restore(guest.page)
    await guest.visitor.arrives("/request")
    await expect(guest.page.get_by_label(NUMBER)).to_have_value("")
