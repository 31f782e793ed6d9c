"""Country and State can be chosen from a list or typed."""

import pytest
from playwright.async_api import expect

from tests.browser.stage.accessibility import violations
from tests.browser.stage.guest import COUNTRY, STATE, Guest
from tests.support.sizes import neighbors

pytestmark = pytest.mark.usefixtures("at_details")


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("US", "United States"),
        ("cote d'iv", "Côte d'Ivoire"),
        *neighbors(
            ("usa", "United States"),
            ("united st", "United States"),
            ("Canada", "Canada"),
            ("uk", "United Kingdom"),
            ("emirates", "United Arab Emirates"),
        ),
    ],
)
async def test_a_country_that_was_typed_is_chosen(guest: Guest, typed: str, country: str) -> None:
    await guest.choose(COUNTRY, typed)
    await expect(guest.field(COUNTRY)).to_have_value(country)


@pytest.mark.parametrize("typed", ["united", *neighbors("Atlantis", "un")])
async def test_what_may_mean_anything_stays_and_is_sent(guest: Guest, typed: str) -> None:
    await guest.choose(COUNTRY, typed)
    await guest.visitor.press("Submit")
    await expect(guest.field(COUNTRY)).to_have_value(typed)
    await expect(guest.field(COUNTRY)).to_have_attribute("aria-invalid", "true")
    await expect(guest.page.locator("#country-error")).to_be_visible()


async def listed(guest: Guest) -> list[str]:
    choices = guest.page.get_by_role("listbox", name="Choices")
    await expect(choices).to_be_visible()
    return await choices.get_by_role("option").all_inner_texts()


async def test_the_list_says_why_it_offers_what_is_called_otherwise(guest: Guest) -> None:
    await guest.field(COUNTRY).fill("unit")
    assert await listed(guest) == [
        "United States",
        "United Arab Emirates",
        "United Kingdom",
        "United States Minor Outlying Islands",
        "Mexico (United Mexican States)",
        "Tanzania (United Republic of Tanzania)",
        "Virgin Islands, U.S. (United States Virgin Islands)",
    ]


@pytest.mark.parametrize(
    ("typed", "first", "also"),
    [
        ("uk", "Ukraine", "United Kingdom (UK)"),
        *neighbors(
            ("usa", "United States (USA)", None),
            ("niger", "Niger", "Nigeria"),
            ("burma", "Myanmar (Burma)", None),
            ("bosnia an", "Bosnia and Herzegovina", None),
            ("republic o", "Central African Republic", "South Korea (Republic of Korea)"),
            ("republic of the nig", "Niger", "Nigeria"),
        ),
    ],
)
async def test_names_with_this_beginning_come_first(guest: Guest, typed: str, first: str, also: str | None) -> None:
    await guest.field(COUNTRY).fill(typed)
    found = await listed(guest)
    assert found[0] == first
    assert also is None or also in found[1:]


async def test_what_is_called_otherwise_is_chosen_by_its_name(guest: Guest) -> None:
    await guest.field(COUNTRY).fill("burm")
    await guest.page.get_by_role("option", name="Myanmar (Burma)").click()
    await expect(guest.field(COUNTRY)).to_have_value("Myanmar")
    await guest.page.get_by_role("button", name="Show choices").first.click()
    await expect(guest.page.get_by_role("option", name="Myanmar", exact=True)).to_be_visible()
    await expect(guest.page.get_by_role("option", name="Norway", exact=True)).to_be_attached()


async def test_a_country_is_chosen_with_arrow_keys(guest: Guest) -> None:
    await guest.field(COUNTRY).press_sequentially("south")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        await guest.page.keyboard.press(key)
    await expect(guest.field(COUNTRY)).to_have_value("South Georgia and the South Sandwich Islands")
    await expect(guest.field(COUNTRY)).to_be_focused()


async def test_typing_on_without_looking_continues_in_the_next_field(guest: Guest) -> None:
    await guest.field(COUNTRY).press_sequentially("uk")
    await guest.leave_field()
    await guest.page.keyboard.type("10 Downing Street")
    await expect(guest.field("*Street Address")).to_have_value("10 Downing Street")
    await expect(guest.field(COUNTRY)).to_have_value("United Kingdom")


async def test_the_mouse_does_not_interrupt_somebody_who_types(guest: Guest) -> None:
    await guest.choose(COUNTRY, "us")
    await guest.field(STATE).fill("new")
    await guest.page.get_by_role("option", name="New Jersey").hover()
    await expect(guest.field(STATE)).to_be_focused()
    await guest.field(STATE).fill("CA")
    await guest.page.keyboard.press("Enter")
    await expect(guest.field(STATE)).to_have_value("California")


async def test_the_list_shows_what_a_code_means(guest: Guest) -> None:
    await guest.field(COUNTRY).fill("uk")
    await expect(guest.page.get_by_role("option", name="United Kingdom")).to_be_visible()
    await guest.field(COUNTRY).fill("xyz")
    await expect(guest.page.get_by_text("No results found")).to_be_visible()


async def test_what_means_no_country_stays_when_lists_open_and_close(guest: Guest) -> None:
    await guest.field(COUNTRY).fill("United Stats of Amerika")
    for key in ("ArrowDown", "Escape", "Enter", "Tab"):
        await guest.page.keyboard.press(key)
    await expect(guest.field(COUNTRY)).to_have_value("United Stats of Amerika")


async def test_what_was_chosen_and_wrong_is_shown_again(guest: Guest) -> None:
    await guest.choose(COUNTRY, "mexico")
    await guest.choose(STATE, "Atlantis")
    await guest.visitor.press("Submit")
    await expect(guest.field(COUNTRY)).to_have_value("Mexico")
    await expect(guest.field(STATE)).to_have_value("Atlantis")
    await expect(guest.field(STATE)).to_have_attribute("aria-describedby", "state-hint state-error")
    await guest.field(STATE).click()
    await expect(guest.page.get_by_role("listbox", name="Choices")).to_be_visible()


@pytest.mark.full
async def test_axe_finds_no_violation_in_open_lists(guest: Guest) -> None:
    await guest.field(COUNTRY).fill("uni")
    assert await violations(guest.page) == []
    await guest.choose(COUNTRY, "us")
    await guest.field(STATE).click()
    assert await violations(guest.page) == []


async def test_without_the_design_systems_script_the_fields_stay_as_they_are(guest: Guest) -> None:
    await guest.page.route("**/uswds.min.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    await guest.page.reload()
    await expect(guest.field(COUNTRY)).to_have_attribute("list", "countries")
    await guest.choose(STATE, "california")
    await expect(guest.field(STATE)).to_have_value("california")
