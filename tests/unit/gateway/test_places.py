"""What scripts load to help with Country and State."""

import gzip
import json

from services.gateway import places
from shared.domain import postal
from tests.unit.gateway.conftest import Form

CONTENT = json.loads(places.content())
COUNTRIES = {code: (name, use) for code, name, use in CONTENT["countries"]}


def test_every_country_is_there_with_what_its_addresses_have() -> None:
    assert COUNTRIES.keys() == postal.countries().keys()
    assert next(iter(COUNTRIES)) == "US"
    assert COUNTRIES["CA"] == ("Canada", {"state": "required", "zip": True})
    assert COUNTRIES["AU"][1] == {"state": "optional", "zip": True}
    assert COUNTRIES["DE"][1] == {"state": "none", "zip": True}
    assert COUNTRIES["HK"][1] == {"state": "optional", "zip": False}


def test_states_are_those_that_the_form_accepts() -> None:
    assert CONTENT["states"].keys() == {code for code, (_, use) in COUNTRIES.items() if use["state"] == "required"}
    for country, states in CONTENT["states"].items():
        for abbreviation, name in states:
            assert postal.parse_state(name, country) == postal.parse_state(abbreviation, country) == abbreviation


def test_other_names_of_countries_are_those_that_the_form_accepts() -> None:
    assert ["UK", "GB"] in CONTENT["also"]
    assert all(postal.parse_country(name) == code for name, code in CONTENT["also"])


def test_it_is_small_enough_for_a_slow_line() -> None:
    assert len(gzip.compress(places.content(), 9)) < 8_000


async def test_browsers_keep_it_for_ever(form: Form) -> None:
    answer = await form.browser.client.get(form.app.state.desk.assets.url("places.json"))
    assert answer.json() == CONTENT
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["content-type"] == "application/json"
