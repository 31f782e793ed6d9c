"""Country and State: chosen from a list, or typed as the server understands it; State and Zip Code follow Country."""

import pytest
from playwright.async_api import expect

from shared.domain import postal
from shared.domain.invalid import Invalid
from tests.browser.accessibility import violations
from tests.browser.guest import Guest

COUNTRY, STATE, ZIP = "*Country", "State", "*Zip Code"

MEANT = """async ([all, country]) => {
  const { choicesOf, match } = await import(new URL("matching.js", document.querySelector("[src$='address.js']").src));
  const { options } = document.getElementById(country ? "states" : "countries");
  const choices = choicesOf([...options].filter((option) => !country || option.dataset.country === country));
  const code = ({ option }) => option.dataset.code ?? option.text;
  return all.map((typed) => match(typed, choices)).map((choice) => (choice ? code(choice) : null));
}"""


@pytest.fixture(autouse=True)
async def at_details(guest: Guest) -> None:
    await guest.at_details()


async def choose(guest: Guest, label: str, typed: str) -> None:
    await guest.field(label).fill(typed)
    await guest.leave_field()


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("US", "United States"),
        ("usa", "United States"),
        ("united st", "United States"),
        ("Canada", "Canada"),
        ("uk", "United Kingdom"),
        ("cote d'iv", "Côte d'Ivoire"),
        ("emirates", "United Arab Emirates"),
    ],
)
async def test_a_country_that_was_typed_is_chosen(guest: Guest, typed: str, country: str) -> None:
    await choose(guest, COUNTRY, typed)
    await expect(guest.field(COUNTRY)).to_have_value(country)


@pytest.mark.parametrize("typed", ["united", "Atlantis", "un"])
async def test_what_may_mean_anything_stays_and_is_sent(guest: Guest, typed: str) -> None:
    await choose(guest, COUNTRY, typed)
    await guest.visitor.press("Submit")
    await expect(guest.field(COUNTRY)).to_have_value(typed)
    await expect(guest.field(COUNTRY)).to_have_attribute("aria-invalid", "true")
    await expect(guest.page.locator("#country-error")).to_be_visible()


def parsed(typed: str, country: str = "") -> str | None:
    try:
        return postal.parse_state(typed, country) if country else postal.parse_country(typed)
    except Invalid:
        return None


WRITTEN = ("The Gambia", "Trinidad & Tobago", "St. Lucia", "st", "S. Korea", "u s", "arab em", "of the", "", "! ?")


async def test_browser_and_server_take_every_spelling_for_the_same_country(guest: Guest) -> None:
    known = [*WRITTEN]
    for code, name in postal.countries().items():
        known += (code, name, *postal.also_called(code), *name.split(), *(name[:length] for length in range(2, 9)))
    assert await guest.page.evaluate(MEANT, [known, ""]) == [parsed(spelling) for spelling in known]


@pytest.mark.parametrize("country", ["US", "CA", "MX"])
async def test_browser_and_server_take_every_spelling_for_the_same_state(guest: Guest, country: str) -> None:
    known = ["N. Car", "Edo. Méx.", "new"]
    for code, name in postal.states(country).items():
        known += (
            code,
            name,
            *postal.also_called(country, code),
            *name.split(),
            *(name[:length] for length in range(2, 9)),
        )
    assert await guest.page.evaluate(MEANT, [known, country]) == [parsed(spelling, country) for spelling in known]


async def test_a_state_is_chosen_by_what_the_post_calls_it(guest: Guest) -> None:
    await choose(guest, COUNTRY, "mexico")
    await guest.field(STATE).fill("n.l.")
    await expect(guest.page.get_by_role("option", name="Nuevo León")).to_be_visible()
    await guest.leave_field()
    await expect(guest.field(STATE)).to_have_value("Nuevo León")


async def test_a_country_is_chosen_with_arrow_keys(guest: Guest) -> None:
    await guest.field(COUNTRY).press_sequentially("south")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        await guest.page.keyboard.press(key)
    await expect(guest.field(COUNTRY)).to_have_value("South Georgia and the South Sandwich Islands")
    await expect(guest.field(COUNTRY)).to_be_focused()


async def test_somebody_who_types_on_without_looking_is_in_the_next_field(guest: Guest) -> None:
    await guest.field(COUNTRY).press_sequentially("uk")
    await guest.leave_field()
    await guest.page.keyboard.type("10 Downing Street")
    await expect(guest.field("*Street Address")).to_have_value("10 Downing Street")
    await expect(guest.field(COUNTRY)).to_have_value("United Kingdom")


async def test_a_state_is_chosen_with_the_mouse(guest: Guest) -> None:
    await choose(guest, COUNTRY, "us")
    await guest.field(STATE).fill("new")
    await guest.page.get_by_role("option", name="New Jersey").click()
    await expect(guest.field(STATE)).to_have_value("New Jersey")


async def test_the_mouse_does_not_interrupt_somebody_who_types(guest: Guest) -> None:
    await choose(guest, COUNTRY, "us")
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


@pytest.mark.parametrize("country", ["United States", "Canada", "Mexico"])
async def test_the_state_is_needed_where_the_guide_says_so(guest: Guest, country: str) -> None:
    await choose(guest, COUNTRY, country)
    await expect(guest.field(STATE)).to_have_attribute("aria-required", "true")
    await expect(guest.field(STATE)).to_have_role("combobox")
    await expect(guest.read_out).to_contain_text("State is required")


async def test_the_state_is_free_text_where_it_is_not_checked(guest: Guest) -> None:
    await choose(guest, COUNTRY, "Australia")
    await choose(guest, STATE, "Somewhere")
    await expect(guest.field(STATE)).to_have_value("Somewhere")
    await expect(guest.field(STATE)).to_have_role("textbox")
    await expect(guest.read_out).to_contain_text("State is not required")


async def test_the_state_is_left_out_where_addresses_have_none(guest: Guest) -> None:
    await choose(guest, COUNTRY, "us")
    await choose(guest, STATE, "ca")
    await choose(guest, COUNTRY, "Germany")
    await expect(guest.field(STATE)).to_be_hidden()
    await expect(guest.read_out).to_contain_text("State is left out")
    with guest.requests("POST", "/details") as made:
        await guest.visitor.press("Submit")
    assert "state=" not in (made[0].post_data or "")
    await expect(guest.field(STATE)).to_be_hidden()


async def test_a_state_of_another_country_does_not_stay(guest: Guest) -> None:
    await choose(guest, COUNTRY, "us")
    await choose(guest, STATE, "ca")
    await choose(guest, COUNTRY, "Canada")
    await expect(guest.field(STATE)).to_have_value("")


async def test_zip_code_is_filled_where_a_country_has_none(guest: Guest) -> None:
    await choose(guest, COUNTRY, "hong kong")
    await expect(guest.field(ZIP)).to_have_value("N/A")
    await expect(guest.page.locator("#postal-code-hint")).to_contain_text("no postal codes")
    await choose(guest, COUNTRY, "us")
    await expect(guest.field(ZIP)).to_have_value("")


async def test_what_was_chosen_and_wrong_is_shown_again(guest: Guest) -> None:
    await choose(guest, COUNTRY, "mexico")
    await choose(guest, STATE, "Atlantis")
    await guest.visitor.press("Submit")
    await expect(guest.field(COUNTRY)).to_have_value("Mexico")
    await expect(guest.field(STATE)).to_have_value("Atlantis")
    await expect(guest.field(STATE)).to_have_attribute("aria-describedby", "state-hint state-error")
    await guest.field(STATE).click()
    await expect(guest.page.get_by_role("listbox", name="Choices")).to_be_visible()


async def test_axe_finds_no_violation_in_open_lists(guest: Guest) -> None:
    await guest.field(COUNTRY).fill("uni")
    assert await violations(guest.page) == []
    await choose(guest, COUNTRY, "us")
    await guest.field(STATE).click()
    assert await violations(guest.page) == []


async def test_without_the_design_systems_script_the_fields_stay_as_they_are(guest: Guest) -> None:
    await guest.page.route("**/uswds.min.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    await guest.page.reload()
    await expect(guest.field(COUNTRY)).to_have_attribute("list", "countries")
    await choose(guest, STATE, "california")
    await expect(guest.field(STATE)).to_have_value("california")
