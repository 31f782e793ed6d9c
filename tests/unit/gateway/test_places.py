"""What the details page knows of countries and states, for browsers' suggestions and for its scripts."""

import gzip

from services.gateway.places import Places
from shared.domain import postal
from tests.unit.gateway.conftest import Form

PLACES = Places.known()
COUNTRIES = {country.code: country for country in PLACES.countries}


def test_every_country_is_there_with_what_its_addresses_have() -> None:
    assert COUNTRIES.keys() == postal.countries().keys()
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
        assert postal.parse_state(state.name, country) == postal.parse_state(state.code, country) == state.code


def test_what_a_country_is_also_called_is_there() -> None:
    assert COUNTRIES["GB"].also.split("|") == list(postal.also_called("GB"))


async def test_they_are_small_enough_for_a_slow_line(form: Form) -> None:
    page = await form.at_details()
    assert len(gzip.compress(str(page.soup).encode(), 6)) < 14_000
