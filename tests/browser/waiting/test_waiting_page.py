"""The waiting page continues without being reloaded."""

import pytest
from playwright.async_api import expect

from shared.contracts.state import State
from tests.browser.stage.guest import Guest
from tests.support.scripted_form import REQUEST


@pytest.fixture(autouse=True)
async def waiting(guest: Guest) -> None:
    guest.form.workers.outcome(state=State.REQUESTED)
    await guest.visitor.open("/request?new")
    await guest.visitor.send(REQUEST)
    await guest.visitor.arrives("/waiting")


async def test_it_goes_on_when_there_is_something_to_go_on_to(guest: Guest) -> None:
    with guest.requests("GET", "/waiting") as loaded:
        for _ in range(2):
            await guest.page.wait_for_event("response", lambda response: response.url.endswith("/status"))
    assert not loaded
    guest.form.awaiting_code()
    await guest.visitor.arrives("/code")


async def test_it_is_no_page_to_come_back_to(guest: Guest) -> None:
    guest.form.awaiting_code()
    await guest.visitor.arrives("/code")
    await guest.page.go_back()
    await guest.visitor.arrives("/request[?]new")


async def test_it_says_what_is_waited_for_now_and_that_it_takes_longer_and_then_what_to_do(guest: Guest) -> None:
    late = guest.page.get_by_role("status").locator("#late")
    await expect(late).to_be_hidden()
    before = await guest.page.locator("h1").inner_text()
    guest.form.clock.passes(seconds=11)
    await expect(late).to_contain_text("longer than usual")
    guest.form.clock.passes(minutes=1)
    await expect(late).to_contain_text("come back to it in this browser")
    await expect(guest.page.locator("h1")).to_have_text(before)


async def test_without_a_network_it_says_so_and_keeps_trying(guest: Guest) -> None:
    away = guest.page.get_by_text("cannot reach us")
    await guest.page.context.set_offline(True)
    await expect(away).to_be_visible()
    await guest.page.context.set_offline(False)
    await expect(away).to_be_hidden()
    guest.visitor.complaints.found.clear()  # expected: the network failed
    guest.form.awaiting_code()
    await guest.visitor.arrives("/code")
