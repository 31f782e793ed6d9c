"""State and Zip Code depend on Country, and nothing that was typed is lost."""

import pytest
from playwright.async_api import expect

from tests.browser.stage.guest import COUNTRY, STATE, ZIP, Guest
from tests.support.sizes import neighbors

pytestmark = pytest.mark.usefixtures("at_details")


async def test_a_state_is_chosen_by_what_the_post_calls_it(guest: Guest) -> None:
    await guest.choose(COUNTRY, "mexico")
    await guest.field(STATE).fill("n.l.")
    await expect(guest.page.get_by_role("option", name="Nuevo León")).to_be_visible()
    await guest.leave_field()
    await expect(guest.field(STATE)).to_have_value("Nuevo León")


async def test_a_state_is_chosen_with_the_mouse(guest: Guest) -> None:
    await guest.choose(COUNTRY, "us")
    await guest.field(STATE).fill("new")
    await guest.page.get_by_role("option", name="New Jersey").click()
    await expect(guest.field(STATE)).to_have_value("New Jersey")


@pytest.mark.parametrize("country", ["United States", *neighbors("Canada", "Mexico")])
async def test_the_state_is_needed_where_the_guide_says_so(guest: Guest, country: str) -> None:
    await guest.choose(COUNTRY, country)
    await expect(guest.field(STATE)).to_have_attribute("aria-required", "true")
    await expect(guest.field(STATE)).to_have_role("combobox")
    await expect(guest.read_out).to_contain_text("State is required")


async def test_the_state_is_free_text_where_it_is_not_checked(guest: Guest) -> None:
    await guest.choose(COUNTRY, "Australia")
    await guest.choose(STATE, "Somewhere")
    await expect(guest.field(STATE)).to_have_value("Somewhere")
    await expect(guest.field(STATE)).to_have_role("textbox")
    await expect(guest.read_out).to_contain_text("State is not required")


async def test_the_state_is_left_out_where_addresses_have_none(guest: Guest) -> None:
    await guest.choose(COUNTRY, "us")
    await guest.choose(STATE, "ca")
    await guest.choose(COUNTRY, "Germany")
    await expect(guest.field(STATE)).to_be_hidden()
    await expect(guest.read_out).to_contain_text("State is left out")
    with guest.requests("POST", "/details") as made:
        await guest.visitor.press("Submit")
    assert "state=" not in (made[0].post_data or "")
    await expect(guest.field(STATE)).to_be_hidden()


@pytest.mark.parametrize("typed", ["ca", *neighbors("Bavaria", "N/A")])
async def test_a_state_stays_whatever_the_country_becomes(guest: Guest, typed: str) -> None:
    await guest.choose(COUNTRY, "us")
    await guest.choose(STATE, typed)
    stands = await guest.field(STATE).input_value()
    for country in ("Mexico", "Germany", "Atlantis", "Australia", "United States"):
        await guest.choose(COUNTRY, country)
        assert await guest.page.locator("#state").input_value() == stands


async def test_a_state_of_another_country_is_named_as_wrong(guest: Guest) -> None:
    await guest.choose(COUNTRY, "us")
    await guest.choose(STATE, "ca")
    await guest.choose(COUNTRY, "Canada")
    await guest.visitor.press("Submit")
    await expect(guest.field(STATE)).to_have_value("California")
    await expect(guest.page.locator("#state-error")).to_contain_text("no such State")


async def test_zip_code_is_filled_where_a_country_has_none(guest: Guest) -> None:
    await guest.choose(COUNTRY, "hong kong")
    await expect(guest.field(ZIP)).to_have_value("N/A")
    await expect(guest.page.locator("#postal-code-hint")).to_contain_text("no postal codes")
    await guest.choose(COUNTRY, "us")
    await expect(guest.field(ZIP)).to_have_value("")


@pytest.mark.parametrize("typed", ["N/A", *neighbors("n/a", "none", "20229", "N/A - see above")])
async def test_a_typed_zip_code_stays_whatever_the_country_becomes(guest: Guest, typed: str) -> None:
    await guest.field(ZIP).fill(typed)
    for country in ("United States", "hong kong", "Canada", "Atlantis", "macao", "Germany"):
        await guest.choose(COUNTRY, country)
        await expect(guest.field(ZIP)).to_have_value(typed)


async def test_n_a_that_somebody_typed_again_stays(guest: Guest) -> None:
    await guest.choose(COUNTRY, "hong kong")
    await guest.field(ZIP).fill("")
    await guest.field(ZIP).press_sequentially("N/A")
    await guest.choose(COUNTRY, "ireland")
    await expect(guest.field(ZIP)).to_have_value("N/A")
