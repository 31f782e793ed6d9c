"""Countries, states and postal codes, as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import postal
from tests.unit.domain.filled_in import ELSEWHERE, broken, read, rules


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("US", "US"),
        ("us", "US"),
        ("USA", "US"),
        ("U.S.A.", "US"),
        ("United States", "US"),
        ("america", "US"),
        ("UK", "GB"),
        ("united k", "GB"),
        ("Méx", "MX"),
        ("cote d'ivoire", "CI"),
        ("Turkey", "TR"),
        ("türkiye", "TR"),
        ("United St", "US"),
        ("United States M", "UM"),
        ("Hong Kong", "HK"),
        ("Niger", "NE"),
        ("Guinea", "GN"),
        ("England", "GB"),
        ("The Netherlands", "NL"),
        ("emirates", "AE"),
        ("U.A.E.", "AE"),
        ("republic of korea", "KR"),
        ("S. Korea", "KR"),
        ("Korea, South", "KR"),
        ("P.R. China", "CN"),
        ("Hong Kong SAR", "HK"),
        ("Trinidad & Tobago", "TT"),
        ("St. Kitts and Nevis", "KN"),
        ("us virgin islands", "VI"),
        ("Kosovo", "XK"),
        ("cote divoire", "CI"),
    ],
)
def test_a_country_is_found_by_code_name_or_the_beginning_of_its_name(typed: str, code: str) -> None:
    assert postal.parse_country(typed) == code


def test_what_a_country_is_also_called_is_known_for_it_alone() -> None:
    assert {"usa", "america", "united states of america"} <= set(postal.also_called("US"))
    for code in postal.countries():
        assert all(postal.parse_country(spelling) == code for spelling in postal.also_called(code))


@pytest.mark.parametrize(
    ("typed", "rule"),
    [(typed, "ambiguous") for typed in ("united", "korea", "virgin islands", "republic")]
    + [(typed, "unknown") for typed in ("Atlantis", "un", "!", "a b c", "ssia")],
)
def test_a_country_is_not_guessed(typed: str, rule: str) -> None:
    assert broken(country=typed)["country"] == rule


@pytest.mark.parametrize(("country", "rule"), [("Atlantis", "unknown"), ("united", "ambiguous"), ("", "missing")])
def test_while_the_country_is_wrong_only_what_holds_everywhere_is_told(country: str, rule: str) -> None:
    assert broken(country=country, state="", postal_code="?") == {"country": rule}
    assert broken(country=country, postal_code=" ") == {"country": rule, "postal_code": "missing"}
    long = {"state": "x" * 61, "postal_code": "1" * 13}
    assert broken(country=country, **long) == {"country": rule, **dict.fromkeys(long, "too-long")}


def test_every_country_is_found_by_its_code_and_by_its_name() -> None:
    for code, name in postal.countries().items():
        assert postal.parse_country(code) == code
        assert postal.parse_country(name) == code


@pytest.mark.parametrize(
    ("country", "state", "code", "telephone", "abbreviation"),
    [
        ("US", "California", "90210", "703-555-0100", "CA"),
        ("US", "calif", "90210-1234", "(703) 555-0100", "CA"),
        ("US", "N. Car.", "27601", "703-555-0100", "NC"),
        ("US", "wash", "98101", "703-555-0100", "WA"),
        ("US", "Fla.", "33101", "703-555-0100", "FL"),
        ("US", "Puerto Rico", "00901", "703-555-0100", "PR"),
        ("US", "AE", "09001", "703-555-0100", "AE"),
        ("CA", "P.E.I.", "C1A 1A1", "613-555-0100", "PE"),
        ("CA", "Nouvelle-Écosse", "B3H 1A1", "613-555-0100", "NS"),
        ("MX", "CDMX", "06000", "81-8123-4567", "CMX"),
        ("MX", "Edo. Méx.", "50000", "81-8123-4567", "MEX"),
        ("MX", "N.L.", "64000", "81-8123-4567", "NLE"),
        ("MX", "Qro.", "76000", "81-8123-4567", "QUE"),
        ("MX", "méxico", "50000", "81-8123-4567", "MEX"),
        ("US", "D.C.", "20229", "703-555-0100", "DC"),
        ("CA", "ontario", "k1a 0b1", "613-555-0100", "ON"),
        ("CA", "Québec", "H2X-1Y4", "514-555-0100", "QC"),
        ("MX", "nuevo leon", "64000", "81-8123-4567", "NLE"),
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
def test_where_there_are_states_one_is_needed_and_checked(country: str, code: str, telephone: str) -> None:
    given_country = {"country": country, "postal_code": code, "telephone": telephone}
    assert broken(**given_country, state="") == {"state": "missing"}
    assert broken(**given_country, state="Bavaria") == {"state": "unknown"}


@pytest.mark.parametrize("typed", ["new", "carolina", "armed forces"])
def test_a_state_is_not_guessed_among_several(typed: str) -> None:
    assert broken(state=typed) == {"state": "ambiguous"}


def test_what_a_state_is_also_called_is_known_for_it_alone() -> None:
    for country in ("US", "CA", "MX"):
        for state in postal.states(country):
            known = postal.also_called(country, state)
            assert all(postal.parse_state(spelling, country) == state for spelling in known)


def test_the_posts_names_of_other_countries_are_no_states() -> None:
    assert broken(state="Palau") == {"state": "unknown"}


def test_elsewhere_a_state_may_be_anything_or_nothing() -> None:
    assert read(**ELSEWHERE).state == ""
    assert read(**{**ELSEWHERE, "state": "Bavaria"}).state == "Bavaria"
    assert read(**{**ELSEWHERE, "state": "N/A"}).state == ""


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("US", "20229", "20229"),
        ("US", "20229\u20131234", "20229-1234"),
        ("US", "202291234", "20229-1234"),
        ("US", "20229 1234", "20229-1234"),
        ("US", "20229-", "20229"),
        ("CA", "k1a0b1", "K1A 0B1"),
        ("CA", "K1A-0B1", "K1A 0B1"),
        ("MX", "06500", "06500"),
        ("GB", "SW1A 1AA", "SW1A 1AA"),
        ("GB", "sw1a1aa", "SW1A 1AA"),
        ("GB", "M11AE", "M1 1AE"),
        ("DE", "10115", "10115"),
        ("JP", "100-0001", "100-0001"),
        ("HK", "N/A", "N/A"),
        ("HK", "n/a", "N/A"),
        ("HK", "NA", "N/A"),
        ("HK", "N / A", "N/A"),
        ("HK", "n.a.", "N/A"),
        ("AE", "N/A", "N/A"),
        ("HK", "none", "N/A"),
        ("HK", "000000", "N/A"),
        ("DE", "D-10115", "10115"),
        ("SE", "SE-113 46", "113 46"),
        ("BN", "BT-2328", "BT2328"),
        ("LV", "lv-1010", "LV-1010"),
        ("JP", "\u3012100-0001", "100-0001"),
        ("MX", "C.P. 06000", "06000"),
    ],
)
def test_a_postal_code_is_checked_by_country(country: str, typed: str, kept: str) -> None:
    assert postal.parse_code(typed, country) == kept


@pytest.mark.parametrize(
    ("country", "typed", "rule"),
    [
        ("US", "2022", "malformed"),
        ("US", "K1A 0B1", "malformed"),
        ("US", "N/A", "needed"),
        ("CA", "20229", "malformed"),
        ("CA", "N/A", "needed"),
        ("MX", "6500", "malformed"),
        ("MX", "N/A", "needed"),
        ("GB", "20229", "malformed"),
        ("GB", "N/A", "needed"),
        ("HK", "999077", "not-used"),
        ("US", "", "missing"),
        ("US", "2" * 13, "too-long"),
    ],
)
def test_a_postal_code_that_the_country_has_not_is_refused(country: str, typed: str, rule: str) -> None:
    telephone, state = "+1-703-555-0100", {"US": "DC", "CA": "ON", "MX": "NLE"}.get(country, "")
    assert broken(country=country, state=state, postal_code=typed, telephone=telephone) == {"postal_code": rule}


@given(st.sampled_from(sorted(postal.countries())), st.sampled_from(["N/A", "12345", "AB1 2CD"]) | st.text(max_size=14))
def test_every_country_has_a_rule_for_postal_codes(country: str, typed: str) -> None:
    found = rules(country=country, postal_code=typed, state="", telephone="+1-703-555-0100")
    assert found.keys() <= {"postal_code", "state"}
