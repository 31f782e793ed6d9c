"""The confirmation prints on one readable sheet, with everything that people need to keep."""

import re

import pytest
from playwright.async_api import Page

from shared.contracts.state import State
from tests.browser.stage.guest import Guest
from tests.support.scripted_form import REQUEST, SIGNED

LONG_NAME = "Transcontinental Machinery, Instruments and Spare Parts Importing and Distribution Company of America Inc"
INK = "found => getComputedStyle(found).color"


async def sheets(page: Page) -> int:
    """How many letter-size sheets the browser prints."""
    return len(re.findall(rb"/Type /Page\b", await page.pdf(format="Letter", prefer_css_page_size=False)))


@pytest.mark.full
async def test_the_confirmation_is_printed_on_one_sheet(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    await guest.visitor.send(REQUEST | {"*Company Name": LONG_NAME})
    await guest.visitor.send({"*Verification Code": "ABCD-EFGH"})
    guest.form.workers.outcome(state=State.COMPLETED, account="A-1111-2222-3333")
    await guest.visitor.send(SIGNED, "Submit")
    await guest.visitor.arrives("/confirmation")
    assert await sheets(guest.page) == 1
    await guest.page.emulate_media(media="print")
    assert LONG_NAME in await guest.page.locator(".facts").inner_text()
    assert await guest.page.get_by_text("Print this page").is_hidden()
    for kept in (".reference", ".usa-identifier__identity-domain", ".usa-identifier a"):
        assert await guest.page.locator(kept).first.is_visible()
        assert await guest.page.locator(kept).first.evaluate(INK) in ("rgb(0, 0, 0)", "rgb(27, 27, 27)")
