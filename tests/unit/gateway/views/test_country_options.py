"""What the details page knows about countries and states, for browser suggestions and its scripts."""

import gzip

from services.gateway.views.country_options import PlaceOptions
from shared.domain.geography import countries, country_names, states
from tests.support.scripted_form import Form

PLACES = PlaceOptions.load()
COUNTRIES = {country.code: country for country in PLACES.countries}


def test_every_country_is_listed_with_the_parts_of_its_addresses() -> None:
    assert COUNTRIES.keys() == countries.list_names().keys()
    assert next(iter(COUNTRIES)) == "US"
    assert [(COUNTRIES[code].state, COUNTRIES[code].zip) for code in ("CA", "AU", "DE", "HK")] == [
        ("required", True),
        ("optional", True),
        ("none", True),
        ("optional", False),
    ]


def test_states_are_those_that_the_form_accepts() -> None:
    needed = {country.code for country in PLACES.countries if country.state == "required"}
    assert {state.country.code for state in PLACES.states} == needed
    for state in PLACES.states:
        country = state.country.code
        assert states.parse(state.name, country) == states.parse(state.code, country) == state.code


def test_what_a_country_is_also_called_is_there() -> None:
    assert COUNTRIES["GB"].also.split("|") == list(countries.list_other_names("GB"))


def test_no_name_of_a_place_contains_the_separator_of_names() -> None:
    names = [name for country in countries.list_names() for name in countries.list_other_names(country)]
    names += [name for place in PLACES.states for name in states.list_other_names(place.country.code, place.code)]
    assert not [name for name in (*names, *country_names.FORMS, *country_names.VAGUE) if "|" in name]


async def test_they_are_small_enough_for_a_slow_line(form: Form) -> None:
    page = await form.at_details()
    assert len(gzip.compress(str(page.soup).encode(), 6)) < 14_200
