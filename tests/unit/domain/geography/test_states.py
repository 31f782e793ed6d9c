"""States, as people and the post write them."""

from functools import partial

import pytest

from shared.domain.geography import states
from shared.domain.geography.state_names import ALSO_CALLED
from tests.cases import Case, cases
from tests.unit.domain.filled_in import ELSEWHERE, broken, read
from tests.unit.domain.refusals import read_or_rule

parsed = partial(read_or_rule, states.parse)


@pytest.mark.parametrize("case", cases("state"), ids=lambda case: f"{case['country']}-{case['input']}")
def test_a_state_is_what_people_mean_or_is_refused(case: Case) -> None:
    refused = "unknown" if case["input"] else "missing"
    expected = {"refused": refused, "ambiguous": "ambiguous"}.get(case["outcome"], case["value"])
    assert parsed(case["input"], case["country"]) == expected


@pytest.mark.parametrize(
    ("country", "state", "code", "telephone", "abbreviation"),
    [
        ("US", "calif", "90210-1234", "(703) 555-0100", "CA"),
        ("US", "AE", "09001", "703-555-0100", "AE"),
        ("CA", "Nouvelle-Écosse", "B3H 1A1", "613-555-0100", "NS"),
        ("MX", "méxico", "50000", "81-8123-4567", "MEX"),
    ],
)
def test_the_united_states_canada_and_mexico_have_states(
    country: str, state: str, code: str, telephone: str, abbreviation: str
) -> None:
    assert read(country=country, state=state, postal_code=code, telephone=telephone).state == abbreviation


@pytest.mark.parametrize(
    ("country", "code", "telephone"),
    [("US", "20229", "703-555-0100"), ("CA", "K1A 0B1", "613-555-0100"), ("MX", "64000", "81-8123-4567")],
)
def test_a_country_with_states_needs_a_valid_one(country: str, code: str, telephone: str) -> None:
    given_country = {"country": country, "postal_code": code, "telephone": telephone}
    assert broken(**given_country, state="") == {"state": "missing"}
    assert broken(**given_country, state="Bavaria") == {"state": "unknown"}


@pytest.mark.parametrize("typed", ["new", "carolina", "armed forces"])
def test_a_state_is_not_guessed_among_several(typed: str) -> None:
    assert broken(state=typed) == {"state": "ambiguous"}


@pytest.mark.parametrize("country", ["US", "CA", "MX"])
def test_every_state_is_found_by_its_code_its_name_and_whatever_else_it_is_called(country: str) -> None:
    for code, name in states.list_names(country).items():
        for spelling in (code, code.lower(), name, f"{code} - {name}", *states.list_other_names(country, code)):
            assert parsed(spelling, country) == code, spelling


@pytest.mark.parametrize("country", ["US", "CA", "MX"])
def test_nothing_that_a_state_is_also_called_is_another_ones_name(country: str) -> None:
    for code, names in ALSO_CALLED[country].items():
        assert [parsed(name, country) for name in names] == [code] * len(names)


def test_the_posts_names_of_other_countries_are_no_states() -> None:
    assert broken(state="Palau") == {"state": "unknown"}


def test_elsewhere_a_state_may_be_anything_or_nothing() -> None:
    assert read(**ELSEWHERE).state == ""
    assert read(**{**ELSEWHERE, "state": "Bavaria"}).state == "Bavaria"
    assert read(**{**ELSEWHERE, "state": "N/A"}).state == ""
