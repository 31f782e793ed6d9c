"""Browser and server take the same texts for the same country or state."""

from collections.abc import Iterable
from itertools import pairwise

import pytest

from shared.domain.errors import Invalid
from shared.domain.geography import countries, states
from tests.browser.stage.guest import Guest
from tests.cases import cases
from tests.support.sizes import neighbors

pytestmark = pytest.mark.usefixtures("at_details")

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


@pytest.mark.full
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


async def test_every_choice_means_itself_however_the_list_calls_it(guest: Guest) -> None:
    names = [name for code in countries.list_names() for name in called(code)]
    labels = await guest.page.evaluate(OFFERED, names)
    assert len(labels) > len(countries.list_names())
    for label, name in labels:
        assert parsed(label) == parsed(name), label
