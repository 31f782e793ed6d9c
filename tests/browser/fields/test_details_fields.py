"""The end of the fiscal year, a number that may be a Social Security number, and the account owner's name."""

import pytest
from playwright.async_api import expect

from shared.domain.errors import Invalid
from shared.domain.fields.importer_number import Format, ImporterNumber
from shared.domain.form.account_details import OWNER_NAME, AccountDetails, join_owner_name
from shared.domain.form.account_request import RULES
from tests.browser.stage.accessibility import violations
from tests.browser.stage.guest import Guest
from tests.cases import cases
from tests.support.scripted_form import REQUEST

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


HIDDEN = """typed => {
  const input = document.getElementById("importer-number");
  return typed.map((value) => {
    input.value = value;
    input.dispatchEvent(new Event("change"));
    return input.classList.contains("masked");
  });
}"""
WRITTEN = (
    *("SSN987-65-4320", "Soc. Sec. No.: 987 65 4320", "(987-65-4320)", "98 7-65-4320"),
    *("987 - 65 - 4320", "987 65-4320"),
    *(
        "9\u200b87-6\u00ad5-432\u20600",
        "\uff19\uff18\uff17\uff0d\uff16\uff15\uff0d\uff14\uff13\uff12\uff10",
        "\u2460\u2461\u2462-65-4320",
    ),
    *("987\u200d-\u200d65-4320", "987\u30fc65\uff704320", "\u202d987-65-4320\u202c"),
    *("987     65     4320", "2B. SSN 987-65-4320"),
    *("12 345678900", "12-3456789 00", "241001 00101", "24 100100101", "EIN (12-345678900)"),
)


def is_social_security_number(typed: str) -> bool | None:
    """As the server reads it; None if it cannot."""
    try:
        return ImporterNumber.parse(RULES["importer_number"](typed)).format is Format.SOCIAL_SECURITY
    except Invalid:
        return None


async def test_what_the_server_reads_as_a_social_security_number_is_hidden_and_no_other(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    all_typed = [*WRITTEN, *(case["input"] for case in cases("importer_number"))]
    read = {typed: meant for typed in all_typed if (meant := is_social_security_number(typed)) is not None}
    assert set(read.values()) == {True, False}
    assert dict(zip(read, await guest.page.evaluate(HIDDEN, list(read)), strict=True)) == read


async def test_a_social_security_number_that_is_mistyped_is_hidden_all_the_same(guest: Guest) -> None:
    await guest.visitor.open("/request?new")
    mistyped = ["987.65.4320", "SSN: 987/65/4320", "987_65_4320", "my number 987-65-4320"]
    assert await guest.page.evaluate(HIDDEN, mistyped) == [True] * len(mistyped)


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


OWNER = "Account Owner Name or Account Owner POC Name"


async def test_the_authorization_shows_the_name_that_the_server_records(guest: Guest) -> None:
    await guest.at_details()
    parts = ("*Account Owner First Name", "Account Owner Middle Name", "*Account Owner Last Name")
    for typed in (
        (" Mary  Ann ", "N/A", "O\u00ad\u2019Neil"),
        ("\uff2aane", "nmn", "Do\u200de"),
        ("\u0639\u0644\u06cc\u200c\u0631\u0636\u0627", "(none)", "e\u0301cole\u3164"),
    ):
        await guest.visitor.fill(dict(zip(parts, typed, strict=True)))
        values, _ = AccountDetails.read(dict(zip(OWNER_NAME, typed, strict=True)))
        await expect(guest.field(OWNER)).to_have_value(join_owner_name(values))
