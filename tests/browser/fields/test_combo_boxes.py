"""Country and State can be chosen from a list or typed; State and Zip Code depend on Country."""

from collections.abc import Iterable
from itertools import pairwise

import pytest
from playwright.async_api import expect

from shared.domain.errors import Invalid
from shared.domain.geography import countries, states
from tests.browser.stage.accessibility import violations
from tests.browser.stage.guest import Guest
from tests.cases import cases
from tests.support.sizes import neighbors

COUNTRY, STATE, ZIP = "*Country", "State", "*Zip Code"

MEANT = """async ([all, country]) => {
  const script = document.querySelector("[src$='address.js']").src;
  const { readChoices, match } = await import(new URL("match-choice.js", script));
  const datalist = document.getElementById(country ? "states" : "countries");
  const options = [...datalist.options].filter((option) => !country || option.dataset.country === country);
  const choices = readChoices(datalist, options);
  const code = ({ option }) => option.text.split(", ")[0];
  return all.map((typed) => match(typed, choices)).map((choice) => (choice ? code(choice) : null));
}"""

OFFERED = """async (all) => {
  const script = new URL("match-choice.js", document.querySelector("[src$='address.js']").src);
  const { readChoices, suggest } = await import(script);
  const choices = readChoices(document.getElementById("countries"));
  return all.flatMap((typed) => suggest(typed, choices).map(({ label, name }) => [label, name]));
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
    await choose(guest, COUNTRY, typed)
    await expect(guest.field(COUNTRY)).to_have_value(country)


@pytest.mark.parametrize("typed", ["united", *neighbors("Atlantis", "un")])
async def test_what_may_mean_anything_stays_and_is_sent(guest: Guest, typed: str) -> None:
    await choose(guest, COUNTRY, typed)
    await guest.visitor.press("Submit")
    await expect(guest.field(COUNTRY)).to_have_value(typed)
    await expect(guest.field(COUNTRY)).to_have_attribute("aria-invalid", "true")
    await expect(guest.page.locator("#country-error")).to_be_visible()


def parsed(typed: str, country: str = "") -> str | None:
    try:
        return states.parse(typed, country) if country else countries.parse(typed)
    except Invalid:
        return None


ODD = (
    "",
    "! ?",
    "of the",
    "a b c",
    "u s",
    "U.S.A.",
    "st",
    "arab em",
    "Hawai\u02bbi",
    "\uff35\uff33\uff21",
    "Gua\u00adtemala",
)


def corpus(names: Iterable[str], *, additions: Iterable[str] = ()) -> list[str]:
    """What people may type for one of these names: all of it, and every beginning from each word on."""
    texts = {*ODD, *additions}
    for name in names:
        words = name.split()
        for rest in (" ".join(words[start:]) for start in range(len(words))):
            texts |= {rest, rest.upper(), *(rest[:length] for length in range(1, 8))}
    return sorted(texts)


def called(country: str) -> tuple[str, ...]:
    return (
        country,
        countries.find_alpha_3(country),
        countries.list_names()[country],
        *countries.list_other_names(country),
    )


def together(names: list[str]) -> list[str]:
    """Each name with the next, and with what may precede or follow a place."""
    forms = (
        "Republic of {}",
        "{}, Democratic Republic",
        "The Kingdom of {}",
        "{} State",
        "{}, UK",
        "US {}",
        "{}, China",
    )
    return [f"{one} ({two})" for one, two in pairwise(names)] + [form.format(name) for name in names for form in forms]


async def test_browser_and_server_take_every_spelling_and_part_of_one_for_the_same_country(guest: Guest) -> None:
    names = [name for code in countries.list_names() for name in called(code)]
    known = corpus(names, additions=[*together(names), *(case["input"] for case in cases("country"))])
    meant = await guest.page.evaluate(MEANT, [known, ""])
    assert dict(zip(known, meant, strict=True)) == {text: parsed(text) for text in known}


@pytest.mark.parametrize("country", ["US", *neighbors("CA", "MX")])
async def test_browser_and_server_take_every_spelling_and_part_of_one_for_the_same_state(
    guest: Guest, country: str
) -> None:
    known_states = states.list_names(country)
    names = [
        name for code in known_states for name in (code, known_states[code], *states.list_other_names(country, code))
    ]
    more = [text for text in together(names) if len(text) <= states.LONGEST]
    known = corpus(names, additions=[*more, *(case["input"] for case in cases("state"))])
    meant = await guest.page.evaluate(MEANT, [known, country])
    assert dict(zip(known, meant, strict=True)) == {text: parsed(text, country) for text in known}


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


async def test_every_choice_means_itself_however_the_list_calls_it(guest: Guest) -> None:
    names = [name for code in countries.list_names() for name in called(code)]
    labels = await guest.page.evaluate(OFFERED, names)
    assert len(labels) > len(countries.list_names())
    for label, name in labels:
        assert parsed(label) == parsed(name), label


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


async def test_typing_on_without_looking_continues_in_the_next_field(guest: Guest) -> None:
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


@pytest.mark.parametrize("country", ["United States", *neighbors("Canada", "Mexico")])
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


@pytest.mark.parametrize("typed", ["ca", *neighbors("Bavaria", "N/A")])
async def test_a_state_stays_whatever_the_country_becomes(guest: Guest, typed: str) -> None:
    await choose(guest, COUNTRY, "us")
    await choose(guest, STATE, typed)
    stands = await guest.field(STATE).input_value()
    for country in ("Mexico", "Germany", "Atlantis", "Australia", "United States"):
        await choose(guest, COUNTRY, country)
        assert await guest.page.locator("#state").input_value() == stands


async def test_a_state_of_another_country_is_named_as_wrong(guest: Guest) -> None:
    await choose(guest, COUNTRY, "us")
    await choose(guest, STATE, "ca")
    await choose(guest, COUNTRY, "Canada")
    await guest.visitor.press("Submit")
    await expect(guest.field(STATE)).to_have_value("California")
    await expect(guest.page.locator("#state-error")).to_contain_text("no such State")


async def test_zip_code_is_filled_where_a_country_has_none(guest: Guest) -> None:
    await choose(guest, COUNTRY, "hong kong")
    await expect(guest.field(ZIP)).to_have_value("N/A")
    await expect(guest.page.locator("#postal-code-hint")).to_contain_text("no postal codes")
    await choose(guest, COUNTRY, "us")
    await expect(guest.field(ZIP)).to_have_value("")


@pytest.mark.parametrize("typed", ["N/A", *neighbors("n/a", "none", "20229", "N/A - see above")])
async def test_a_typed_zip_code_stays_whatever_the_country_becomes(guest: Guest, typed: str) -> None:
    await guest.field(ZIP).fill(typed)
    for country in ("United States", "hong kong", "Canada", "Atlantis", "macao", "Germany"):
        await choose(guest, COUNTRY, country)
        await expect(guest.field(ZIP)).to_have_value(typed)


async def test_n_a_that_somebody_typed_again_stays(guest: Guest) -> None:
    await choose(guest, COUNTRY, "hong kong")
    await guest.field(ZIP).fill("")
    await guest.field(ZIP).press_sequentially("N/A")
    await choose(guest, COUNTRY, "ireland")
    await expect(guest.field(ZIP)).to_have_value("N/A")


async def test_what_means_no_country_stays_when_lists_open_and_close(guest: Guest) -> None:
    await guest.field(COUNTRY).fill("United Stats of Amerika")
    for key in ("ArrowDown", "Escape", "Enter", "Tab"):
        await guest.page.keyboard.press(key)
    await expect(guest.field(COUNTRY)).to_have_value("United Stats of Amerika")


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
