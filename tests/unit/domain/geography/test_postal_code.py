"""Postal codes, as people write them."""

import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.geography import address_rules, countries, postal_code
from shared.domain.geography.country_signs import list_signs
from tests.cases import Case, cases
from tests.unit.domain.filled_in import rules
from tests.unit.domain.refusals import read_or_rule

EXAMPLES = [(code, example) for code in countries.list_names() for example in address_rules.load(code).code_examples]


read = partial(read_or_rule, postal_code.parse)


def bare(code: str) -> str:
    return re.sub("[ -]", "", code)


@pytest.mark.parametrize("case", cases("postal_code"), ids=lambda case: f"{case['country']}-{case['input']}")
def test_a_postal_code_is_read_as_its_country_writes_it(case: Case) -> None:
    found = read(case["input"], case["country"])
    if case["outcome"] == "accepted":
        assert found == case["value"]
    else:
        assert found in ([case["rule"]] if case["rule"] else ["malformed", "needed", "not-used"])


def test_blanks_and_dashes_may_be_left_out_or_be_others_in_every_country() -> None:
    for country, example in EXAMPLES:
        for typed in (bare(example), example.replace(" ", "-"), example.replace("-", " "), example.lower()):
            assert bare(read(typed, country)) == bare(example), (country, typed)


def test_the_own_signs_of_a_country_may_stand_before_every_code() -> None:
    for country, example in EXAMPLES:
        for sign in list_signs(country):
            for between in ("-", " "):
                found = bare(read(f"{sign}{between}{example}", country))
                assert found.removeprefix(country) == bare(example).removeprefix(country), (country, sign, example)


def test_the_sign_of_another_country_is_refused() -> None:
    for country, example in EXAMPLES:
        for other in ("D", "SE", "FIN", "LT", "F", "CH", "USA"):
            if other not in list_signs(country):
                assert read(f"{other}-{example}", country) == "malformed", (country, other, example)


@given(
    st.sampled_from(sorted(countries.list_names())), st.sampled_from(["N/A", "12345", "AB1 2CD"]) | st.text(max_size=14)
)
def test_every_country_has_a_rule_for_postal_codes(country: str, typed: str) -> None:
    found = rules(country=country, postal_code=typed, state="", telephone="+1-703-555-0100")
    assert found.keys() <= {"postal_code", "state"}
