"""The code page keeps its time, email and tries up to date without reloading."""

import re

from playwright.async_api import Locator, Route, expect

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.state import State
from tests.browser.stage.guest import Guest

SEND_AND_LOOK_AGAIN = "button => { button.click(); document.dispatchEvent(new Event('visibilitychange')); }"


def time_left(guest: Guest) -> Locator:
    return guest.page.locator("#time-left")


async def without_news(guest: Guest) -> None:
    """Blocks news about the time left, so the page must count on its own."""

    async def nothing(route: Route) -> None:
        await route.fulfill(json={"path": "/code", "email": "Sent.", "tries": 5, "left": None})

    await guest.page.route("**/status", nothing)
    await guest.page.clock.install(time=0)
    await guest.page.clock.pause_at(1000)
    await guest.at_code()


async def test_time_ticks_for_the_eyes_only(guest: Guest) -> None:
    await without_news(guest)
    await expect(time_left(guest)).to_have_text("10:00 left.")
    await guest.page.clock.run_for(1000)
    await expect(time_left(guest)).to_have_text("9:59 left.")
    await expect(time_left(guest).locator("> *")).to_have_attribute("aria-hidden", "true")
    assert not re.search("[0-9]:[0-9]", await guest.page.title())


async def test_time_is_read_out_every_half_minute(guest: Guest) -> None:
    await without_news(guest)
    for seconds, told in (
        (29, ""),
        (1, "9 minutes 30 seconds left."),
        (29, "9 minutes 30 seconds left."),
        (1, "9 minutes left."),
        (509, "1 minute left."),
        (1, "30 seconds left."),
        (10, "20 seconds left."),
    ):
        await guest.page.clock.run_for(1000 * seconds)
        await expect(guest.read_out).to_have_text(told)


async def test_after_a_sleep_the_servers_time_counts(guest: Guest) -> None:
    await guest.hold_clock()
    await guest.at_code()
    guest.form.clock.passes(minutes=5)
    await guest.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    await expect(time_left(guest)).to_have_text("5:00 left.")


async def test_when_the_time_is_over_the_page_says_so_and_goes_on(guest: Guest) -> None:
    await guest.hold_clock()
    await guest.at_code()
    over = guest.page.get_by_role("alert").filter(has_text="The time is over")
    await expect(over).to_be_hidden()
    guest.form.clock.passes(minutes=9, seconds=59.5)  # the server has half a second left
    await guest.page.clock.fast_forward(10 * 60_000)
    await expect(over).to_be_visible()
    guest.form.clock.passes(seconds=1)
    await guest.visitor.arrives("/request")
    assert await guest.visitor.problems() == ["code-expired"]


async def test_the_emails_progress_is_shown_as_it_is_made(guest: Guest) -> None:
    guest.form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.DEFERRED})
    await guest.hold_clock()
    await guest.at_code()
    email = guest.page.locator("#email")
    before = await email.inner_text()
    guest.form.awaiting_code()
    await guest.pass_time(seconds=4)
    await expect(email).not_to_have_text(before)
    await expect(email).to_contain_text("We emailed")


async def test_nobody_is_told_to_look_for_an_email_that_is_not_coming(guest: Guest) -> None:
    guest.form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.PARKED})
    await guest.at_code()
    look = guest.page.get_by_text("look for the email. It asks")
    await expect(look).to_be_hidden()
    guest.form.awaiting_code()
    await expect(look).to_be_visible()


async def test_a_refused_email_leads_to_its_page(guest: Guest) -> None:
    await guest.hold_clock()
    await guest.at_code()
    guest.form.workers.outcome(state=State.REJECTED, problem=Problem.POC_EMAIL_REFUSED)
    await guest.pass_time(seconds=4)
    await guest.visitor.arrives("/request")
    assert await guest.visitor.problems() == ["poc-email-refused"]


async def test_tries_that_were_made_in_another_window_are_shown_without_losing_what_is_typed(guest: Guest) -> None:
    await guest.hold_clock()
    await guest.at_code()
    await guest.field("*Verification Code").fill("ABCD")
    guest.form.awaiting_code(tries_left=1)
    await guest.pass_time(seconds=4)
    await expect(guest.page.locator("#tries-left")).to_have_text("You have 1 try left.")
    await expect(guest.read_out).to_have_text("You have 1 try left.")
    await expect(guest.field("*Verification Code")).to_have_value("ABCD")


async def test_nothing_leads_away_while_a_code_is_being_sent(guest: Guest) -> None:
    async with guest.page.expect_response("**/status"):
        await guest.at_code()
    guest.form.workers.outcome(state=State.VERIFIED)  # by this code, whose reply is on its way
    await guest.field("*Verification Code").fill("ABCD-EFGH")
    with guest.requests("GET", "/status") as asked:
        await guest.page.get_by_role("button", name="Next >").evaluate(SEND_AND_LOOK_AGAIN)
        await guest.visitor.arrives("/details")
    assert not asked


async def test_an_email_that_takes_longer_is_mentioned_until_it_is_sent(guest: Guest) -> None:
    await guest.hold_clock()
    guest.form.awaiting_code(emails={EmailKind.VERIFICATION_CODE: EmailStatus.SENDING})
    await guest.at_code()
    email = guest.page.get_by_role("status").filter(has_text="verification code")
    await expect(email).not_to_contain_text("longer than usual")
    await guest.pass_time(seconds=11)
    await expect(email).to_contain_text("longer than usual")
    await guest.pass_time(seconds=60)
    await expect(email).to_contain_text("still not left")
    form = guest.form
    form.workers.outcome(
        state=State.AWAITING_CODE,
        expires_at=form.expires_at,
        tries_left=5,
        emails={EmailKind.VERIFICATION_CODE: EmailStatus.SENT},
    )
    await guest.pass_time(seconds=6)
    await expect(email).not_to_contain_text("still not left")
