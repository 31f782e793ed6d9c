"""Countries, as people write them."""

from functools import partial

import pytest

from shared.domain.geography import countries
from shared.domain.geography.country_names import ALSO_CALLED, MEANS_SEVERAL, PART_OF
from tests.cases import Case, cases
from tests.unit.domain.filled_in import broken
from tests.unit.domain.refusals import read_or_rule

read = partial(read_or_rule, countries.parse)


@pytest.mark.parametrize("case", cases("country"), ids=lambda case: case["input"])
def test_a_country_is_what_people_mean_or_is_refused(case: Case) -> None:
    assert read(case["input"]) == {"refused": "unknown", "ambiguous": "ambiguous"}.get(case["outcome"], case["value"])


@pytest.mark.parametrize("case", cases("country_cldr"), ids=lambda case: case["name"])
def test_a_country_is_known_by_its_english_names(case: Case) -> None:
    assert read(case["name"]) == case["code"]


def test_every_country_is_found_by_its_code_its_name_and_whatever_else_it_is_called() -> None:
    for code, name in countries.list_names().items():
        others = countries.list_other_names(code)
        for spelling in (code, code.lower(), countries.find_alpha_3(code), name, name.upper(), *others):
            assert read(spelling) == code, spelling


def test_nothing_that_a_country_is_also_called_is_another_ones_name() -> None:
    for code, names in ALSO_CALLED.items():
        assert [read(name) for name in names] == [code] * len(names)


def test_a_name_that_two_countries_have_is_neither() -> None:
    assert [read(name) for name in MEANS_SEVERAL] == ["ambiguous"] * len(MEANS_SEVERAL)


def test_a_republic_or_kingdom_is_the_country_of_that_name_except_for_china() -> None:
    for form in ("Republic", "the Kingdom", "Commonwealth"):
        for code, name in countries.list_names().items():
            found = read(f"{form} of {name}")
            if name == "China":
                assert found == ("TW" if form == "Republic" else "unknown")
            elif any(word in name for word in ("Republic", "Federat", "Kingdom", "Congo")):
                assert found in (code, "unknown", "ambiguous")
            else:
                assert found == code, name


def test_a_territory_may_be_written_with_the_country_that_it_belongs_to() -> None:
    for part, whole in PART_OF.items():
        names = countries.list_names()
        assert read(f"{names[part]}, {names[whole]}") == part
        assert read(f"{names[whole]} ({names[part]})") == part


def test_two_countries_that_do_not_belong_together_are_neither() -> None:
    names = countries.list_names()
    for code, name in names.items():
        if code not in ("GB", "IE"):
            assert read(f"{name}, {names['IE']}") in ("unknown", "ambiguous")


@pytest.mark.parametrize(("country", "rule"), [("Atlantis", "unknown"), ("united", "ambiguous"), ("", "missing")])
def test_while_the_country_is_wrong_only_what_holds_everywhere_is_told(country: str, rule: str) -> None:
    assert broken(country=country, state="", postal_code="?") == {"country": rule}
    assert broken(country=country, postal_code=" ") == {"country": rule, "postal_code": "missing"}
    long = {"state": "x" * 61, "postal_code": "1" * 21}
    assert broken(country=country, **long) == {"country": rule, **dict.fromkeys(long, "too-long")}
