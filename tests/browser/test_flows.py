"""The whole form in a real browser, used as people do, with real servers and a real mailbox."""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.stage.keyboard import Keyboard
from tests.browser.stage.screens import NARROW, overflow
from tests.browser.stage.visitor import Visitor, visiting
from tests.endtoend.test_the_form import REQUEST
from tests.support.applicant import code_in
from tests.support.mail_sink import MailSink
from tests.support.scripted_form import AUTHORIZATION, DETAILS
from tests.support.sizes import neighbors

CODE = "*Verification Code"
Look = Callable[[Visitor], Awaitable[None]]


async def code(box: MailSink) -> str:
    """The code that the point of contact reads out from the email."""
    return code_in((await box.emails(1))[0].text)


async def fills_the_form(visitor: Visitor, box: MailSink, look: Look) -> None:
    """Goes through all pages with a mistake on two of them, and checks each."""
    await visitor.open("/")
    await look(visitor)
    await visitor.follow("Importers:")
    await look(visitor)
    await visitor.send(REQUEST)
    await visitor.arrives("/code")
    await look(visitor)
    await visitor.send({CODE: "0000-0000"})
    assert await visitor.problems() == ["code-wrong"]
    await look(visitor)
    await visitor.send({CODE: await code(box)})
    await visitor.arrives("/details")
    await look(visitor)
    await visitor.send(DETAILS, "Submit")
    assert await visitor.problems() == ["field-invalid"]
    await look(visitor)
    await visitor.send({AUTHORIZATION: "yes"}, "Submit")
    await visitor.arrives("/confirmation")
    await look(visitor)
    await box.emails(4)


async def fits(visitor: Visitor) -> None:
    assert await overflow(visitor.page) == 0


async def is_there(visitor: Visitor) -> None:
    await expect(visitor.page.locator("h1")).to_be_visible()


@pytest.mark.parametrize(
    ("ways", "look"),
    [
        pytest.param({"viewport": NARROW["phone"], "is_mobile": True, "has_touch": True}, fits, id="phone"),
        pytest.param({"java_script_enabled": False}, is_there, id="without-scripts"),
        *neighbors(
            ({"viewport": NARROW["zoomed"], "device_scale_factor": 4}, fits),
            ({"forced_colors": "active", "reduced_motion": "reduce"}, is_there),
        ),
    ],
)
async def test_the_form_is_filled_in_any_browser(
    ways: dict[str, Any], look: Look, browser: Browser, form_address: str, box: MailSink
) -> None:
    async with await browser.new_page(**ways) as page, visiting(page, form_address) as visitor:
        await fills_the_form(visitor, box, look)


@pytest.mark.full
async def test_the_form_is_filled_with_the_mouse(visitor: Visitor, box: MailSink) -> None:
    page = visitor.page
    await visitor.open("/")
    await visitor.follow("Importers:")
    await visitor.send(REQUEST)
    await visitor.arrives("/code")
    await visitor.send({CODE: await code(box)})
    await visitor.arrives("/details")
    await page.get_by_role("button", name="Toggle calendar").click()
    await page.locator(".usa-date-picker__calendar__date--current-month", has_text="15").click()
    await expect(visitor.field("Account's Fiscal Year End Date")).to_have_value(re.compile(r"^\d\d/15/\d{4}$"))
    for label, choice in {"*Country": "Canada", "State": "Ontario"}.items():
        await visitor.field(label).locator("..").get_by_role("button", name="Show choices").click()
        await page.get_by_role("option", name=choice, exact=True).click()
        await expect(visitor.field(label)).to_have_value(choice)
    chosen = ("Account's Fiscal Year End Date", "*Country", "State")
    typed = {label: value for label, value in DETAILS.items() if label not in chosen}
    await visitor.fill({**typed, "*Zip Code": "K1A 0B1", "*Telephone Number": "613-555-0100", AUTHORIZATION: "yes"})
    await visitor.press("Submit")
    await visitor.arrives("/confirmation")
    await box.emails(4)


async def test_the_form_is_filled_with_the_keyboard_alone(visitor: Visitor, box: MailSink) -> None:
    keys = Keyboard(visitor.page)
    await visitor.open("/")
    await keys.go_to("Importers:")
    await keys.enter()
    for label, value in REQUEST.items():
        await keys.go_to(label)
        await keys.type(value)
    await keys.enter()
    await visitor.arrives("/code")
    await keys.go_to(CODE)
    await keys.type("0000-0000")
    await keys.enter()
    assert (await keys.at()).startswith("Check this field")
    await keys.press("Tab", "Enter")
    assert await keys.at() == CODE
    await keys.press("Control+A")
    await keys.type(await code(box))
    await keys.enter()
    await visitor.arrives("/details")
    for label, typed in {
        "*Company Organizational Structure": "Corp",
        "Account's Fiscal Year End Date": "12/31/2026",
        "*Account Owner First Name": "Ada",
        "*Account Owner Last Name": "Lovelace",
    }.items():
        await keys.go_to(label)
        await keys.type(typed)
    for label, part, choice in (("*Country", "united st", "United States"), ("State", "illin", "Illinois")):
        await keys.go_to(label)
        await keys.type(part)
        await keys.press("ArrowDown", "Enter")
        await expect(visitor.field(label)).to_have_value(choice)
        if label == "*Country":
            for other in ("*Street Address", "*City"):
                await keys.go_to(other)
                await keys.type(DETAILS[other])
    for label in ("*Zip Code", "*Telephone Number"):
        await keys.go_to(label)
        await keys.type(DETAILS[label])
    await keys.go_to(AUTHORIZATION)
    await keys.press("Space")
    await keys.go_to("Submit")
    await keys.enter()
    await visitor.arrives("/confirmation")
    await expect(visitor.page.get_by_text("Ada@acme.example").first).to_be_visible()
