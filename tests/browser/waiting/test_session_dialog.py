"""The details page's time: a warning, an extension, and no typed text lost when time runs out."""

import asyncio

import pytest
from playwright.async_api import Locator, Request, Route, expect

from shared.contracts.commands import SubmitDetails
from tests.browser.stage.accessibility import violations
from tests.browser.stage.guest import Guest
from tests.support.scripted_form import REQUEST, SIGNED
from tests.support.sizes import neighbors

CITY = "*City"


@pytest.fixture(autouse=True)
async def at_details(guest: Guest) -> None:
    await guest.hold_clock()
    await guest.at_details()
    await guest.field(CITY).fill("Springfield")


def dialog(guest: Guest) -> Locator:
    return guest.page.get_by_role("alertdialog", name="Your time for this page")


async def warned(guest: Guest) -> None:
    await guest.pass_time(minutes=28, seconds=10)
    await expect(dialog(guest)).to_be_visible()


async def kept(guest: Guest) -> str:
    """The city that a person finds when they come back."""
    await guest.visitor.open("/details")
    return await guest.field(CITY).input_value()


async def test_two_minutes_before_the_end_there_is_a_warning(guest: Guest) -> None:
    await guest.pass_time(minutes=27, seconds=50)
    await expect(dialog(guest)).to_be_hidden()
    await guest.pass_time(seconds=20)
    await expect(dialog(guest)).to_be_visible()
    await expect(guest.page.get_by_role("button", name="More time", exact=True)).to_be_focused()
    assert (await guest.page.title()).startswith("Time is nearly over")
    assert await violations(guest.page) == []


async def test_the_focus_stays_in_the_warning(guest: Guest) -> None:
    await warned(guest)
    for _ in range(3):
        await guest.leave_field()
        assert await guest.page.evaluate(
            "() => document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        )


@pytest.mark.parametrize("key", ["Enter", *neighbors("Escape")])
async def test_more_time_is_given_and_keeps_what_was_typed(guest: Guest, key: str) -> None:
    await guest.field(CITY).focus()
    await warned(guest)
    async with guest.page.expect_response("**/details"):
        await guest.page.keyboard.press(key)
    await expect(dialog(guest)).to_be_hidden()
    await expect(guest.read_out).to_have_text("What you typed is saved. You have 30 more minutes.")
    await expect(guest.field(CITY)).to_be_focused()
    await guest.pass_time(minutes=27)
    await expect(dialog(guest)).to_be_hidden()
    assert await kept(guest) == "Springfield"


@pytest.mark.full
async def test_another_window_may_have_got_more_time(guest: Guest) -> None:
    await guest.pass_time(minutes=20)
    await guest.page.evaluate("() => fetch('/details').then((answer) => answer.text())")
    async with guest.page.expect_response("**/status"):
        await guest.pass_time(minutes=8, seconds=10)
    await expect(dialog(guest)).to_be_hidden()


@pytest.mark.full
async def test_at_the_end_of_six_hours_there_is_no_more_time(guest: Guest) -> None:
    for _ in range(17):
        await guest.pass_time(minutes=20)
        await guest.visitor.open("/details")
    await guest.pass_time(minutes=18, seconds=10)
    await expect(dialog(guest).get_by_text("you cannot get more time")).to_be_visible()
    with guest.requests("POST", "/details") as made:
        await guest.page.get_by_role("button", name="Go on").click()
        await expect(dialog(guest)).to_be_hidden()
    assert not made


@pytest.mark.full
async def test_without_a_network_more_time_is_asked_for_until_it_is_there(guest: Guest) -> None:
    await warned(guest)
    await guest.page.context.set_offline(True)
    await guest.page.keyboard.press("Enter")
    await expect(dialog(guest).get_by_text("cannot reach us")).to_be_visible()
    await guest.page.context.set_offline(False)
    await guest.pass_time(seconds=6)
    await expect(dialog(guest)).to_be_hidden()
    guest.visitor.complaints.found.clear()  # expected: the network failed


async def test_what_was_typed_stays_when_the_time_is_over(guest: Guest) -> None:
    await warned(guest)
    guest.form.clock.passes(minutes=1, seconds=49.5)
    with guest.requests("POST", "/details") as made:
        await guest.page.clock.fast_forward(110_000)
        await expect(dialog(guest).get_by_text("The time is over")).to_be_visible()
        await guest.page.evaluate("() => fetch('/status').then((answer) => answer.text())")
    assert not made  # in the server's last half second, this would request more time
    guest.form.clock.passes(seconds=1)
    await guest.page.clock.fast_forward(3_000)
    await guest.visitor.arrives("/request")
    assert await guest.visitor.problems() == ["session-over"]
    guest.form.awaiting_code()
    await guest.visitor.send(REQUEST)
    await guest.visitor.send({"*Verification Code": "ABCD-EFGH"})
    await guest.visitor.arrives("/details")
    await expect(guest.field(CITY)).to_have_value("Springfield")


async def test_a_form_is_not_sent_while_what_was_typed_is_being_kept(guest: Guest) -> None:
    """Otherwise, the response that arrives last would set the session's cookie."""
    order: list[str] = []
    keeping, answered = asyncio.Event(), asyncio.Event()

    async def slowly(route: Route, request: Request) -> None:
        if "action=keep" in (request.post_data or ""):
            keeping.set()
            await answered.wait()
            response = await route.fetch()
            order.append("kept")
            await route.fulfill(response=response)
        else:
            order.append("sent")
            await route.continue_()

    guest.form.workers.say_nothing(SubmitDetails)
    await guest.visitor.fill(SIGNED)
    await guest.page.route("**/details", slowly)
    await warned(guest)
    await guest.page.keyboard.press("Enter")
    await keeping.wait()
    await guest.page.get_by_role("button", name="Submit", exact=True).click(no_wait_after=True)
    answered.set()
    await guest.visitor.arrives("/waiting")
    assert order == ["kept", "sent"]
