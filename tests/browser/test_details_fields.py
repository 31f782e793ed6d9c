"""The fiscal year's end, the number that may be a Social Security number, and the account owner's name."""

import pytest
from playwright.async_api import expect

from tests.browser.accessibility import violations
from tests.browser.guest import Guest
from tests.unit.gateway.conftest import REQUEST

COMPANY, NUMBER, _ = REQUEST
YEAR_END = "Account's Fiscal Year End Date"
SOCIAL_SECURITY = "123-45-6789"
HIDING = "input => getComputedStyle(input).webkitTextSecurity"


async def test_a_fiscal_years_end_is_typed_and_shown_again(guest: Guest) -> None:
    await guest.at_details()
    for typed in ("12/31/2026", "13/45/2026"):
        await guest.visitor.send({YEAR_END: typed}, "Submit")
        await expect(guest.field(YEAR_END)).to_have_value(typed)
    await expect(guest.field(YEAR_END)).to_have_attribute("aria-invalid", "true")


async def test_a_fiscal_years_end_is_chosen_in_the_calendar(guest: Guest) -> None:
    await guest.at_details()
    await guest.field(YEAR_END).fill("12/01/2026")
    await guest.page.get_by_role("button", name="Toggle calendar").click()
    assert await violations(guest.page) == []
    await guest.page.get_by_role("button", name="31 December 2026").click()
    await expect(guest.field(YEAR_END)).to_have_value("12/31/2026")
    with guest.requests("POST", "/details") as made:
        await guest.visitor.press("Submit")
    assert "fiscal_year_end=12%2F31%2F2026" in (made[0].post_data or "")


async def test_a_social_security_number_is_hidden_once_it_was_typed(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    number, toggle = guest.field(NUMBER), guest.page.get_by_role("button", name="number")
    await expect(toggle).to_be_hidden()
    await number.press_sequentially(SOCIAL_SECURITY)
    assert await number.evaluate(HIDING) == "none"
    await expect(toggle).to_have_text("Hide number")
    await guest.leave_field()
    assert await number.evaluate(HIDING) == "disc"
    await expect(number).to_have_value(SOCIAL_SECURITY)


@pytest.mark.parametrize(
    "typed", ["SSN: 123-45-6789.", "123\u201345\u20136789", "123 45 6789", "123\u30fc45\u30fc6789"]
)
async def test_a_social_security_number_is_hidden_however_it_was_pasted(guest: Guest, typed: str) -> None:
    await guest.visitor.open("/request?new")
    await guest.field(NUMBER).fill(typed)
    await guest.field(COMPANY).focus()
    assert await guest.field(NUMBER).evaluate(HIDING) == "disc"


async def test_a_hidden_number_is_shown_on_request(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    number, toggle = guest.field(NUMBER), guest.page.get_by_role("button", name="number")
    await number.fill(SOCIAL_SECURITY)
    await guest.field(COMPANY).focus()
    await toggle.click()
    assert await number.evaluate(HIDING) == "none"
    await expect(guest.read_out).to_have_text("The number is shown.")
    await toggle.click()
    assert await number.evaluate(HIDING) == "disc"
    await expect(guest.read_out).to_have_text("The number is hidden.")


@pytest.mark.parametrize("typed", ["12-345678900", "123456-12345", "123-45-678"])
async def test_no_other_number_is_hidden(guest: Guest, typed: str) -> None:
    await guest.visitor.open("/request?new")
    await guest.field(NUMBER).fill(typed)
    await guest.field(COMPANY).focus()
    assert await guest.field(NUMBER).evaluate(HIDING) == "none"
    await expect(guest.page.get_by_role("button", name="number")).to_be_hidden()


async def test_a_social_security_number_is_hidden_among_the_details_too(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    await guest.visitor.send({**REQUEST, NUMBER: SOCIAL_SECURITY})
    await guest.visitor.send({"*Verification Code": "ABCD-EFGH"})
    await guest.visitor.arrives("/details")
    number = guest.field(NUMBER.removeprefix("*"))
    await expect(number).to_have_value(SOCIAL_SECURITY)
    assert await number.evaluate(HIDING) == "disc"
    await expect(guest.page.get_by_role("button", name="Show number")).to_be_visible()


async def test_the_account_owners_name_is_repeated_in_the_authorization(guest: Guest) -> None:
    await guest.at_details()
    owner = guest.field("Account Owner Name or Account Owner POC Name")
    await expect(owner).to_have_value("as entered above")
    await guest.visitor.fill({"*Account Owner First Name": "Ada ", "*Account Owner Last Name": "Lovelace"})
    await expect(owner).to_have_value("Ada Lovelace")
    await guest.visitor.fill({"Account Owner Middle Name": "King"})
    await expect(owner).to_have_value("Ada King Lovelace")
    await expect(owner).not_to_be_editable()
