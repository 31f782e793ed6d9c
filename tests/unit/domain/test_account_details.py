"""Page 3, field by field, and the fields that depend on each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidFields
from shared.domain.form import account_details
from shared.domain.form.account_details import ORGANIZATIONAL_STRUCTURES, AccountDetails
from tests.unit.domain.filled_in import FILLED_IN, REQUIRED, broken, read, rules


def test_a_form_that_breaks_no_rule_stays_as_filled_in() -> None:
    assert read().model_dump() == FILLED_IN


def test_an_empty_form_names_every_required_field_and_no_other() -> None:
    with pytest.raises(InvalidFields) as refused:
        AccountDetails.parse({})
    assert refused.value.rules == dict.fromkeys(REQUIRED - {"state"}, "missing")  # some countries have no states


@pytest.mark.parametrize("field", sorted(REQUIRED))
def test_each_required_field_is_missed(field: str) -> None:
    assert broken(**{field: "  "})[field] == "missing"


@pytest.mark.parametrize("field", sorted(FILLED_IN.keys() - REQUIRED))
def test_each_other_field_may_be_left_empty(field: str) -> None:
    assert getattr(read(**{field: " "}), field) == ""


def test_every_broken_rule_is_told_at_once() -> None:
    assert broken(duns="12", first_name="", telephone="5550100", postal_code="ABC") == {
        "duns": "malformed",
        "first_name": "missing",
        "telephone": "incomplete",
        "postal_code": "malformed",
    }


@pytest.mark.parametrize(("field", "longest"), sorted(account_details.LONGEST.items()))
def test_each_free_text_has_its_stated_length(field: str, longest: int) -> None:
    start = "a.example/" if field == "website" else ""
    assert len(getattr(read(**{field: start.ljust(longest, "x")}), field)) == longest
    assert broken(**{field: start.ljust(longest + 1, "x")}) == {field: "too-long"}


@pytest.mark.parametrize("field", sorted(FILLED_IN))
@pytest.mark.parametrize("typed", ["1" * 600, "\u0301" * 600, "x" * 1_000_000])
def test_no_field_takes_what_is_far_too_long(field: str, typed: str) -> None:
    assert broken(**{field: typed})[field] == "too-long"


@pytest.mark.parametrize("field", ["first_name", "last_name", "street_address", "city", "middle_name", "website"])
@pytest.mark.parametrize("hidden", ["\x00", "\x1b[31m", "\u202e", "\U000e0041"])
def test_control_characters_are_refused(field: str, hidden: str) -> None:
    assert broken(**{field: f"a{hidden}b.example"}) == {field: "unprintable"}


def test_line_breaks_and_blanks_become_single_blanks() -> None:
    assert read(street_address=" 1300\r\n Pennsylvania\t Ave ").street_address == "1300 Pennsylvania Ave"


@given(st.dictionaries(st.sampled_from(sorted(FILLED_IN)), st.text(max_size=40)))
def test_any_input_becomes_details_or_rules_that_quote_nothing(typed: dict[str, str]) -> None:
    found = rules(**typed)
    assert found.keys() <= FILLED_IN.keys()
    assert all(rule.replace("-", "").isalpha() for rule in found.values())
    if not found:
        details = read(**typed)
        assert AccountDetails.parse(details.model_dump()) == details


@pytest.mark.parametrize("structure", ORGANIZATIONAL_STRUCTURES)
def test_each_organizational_structure_of_the_guide_is_taken(structure: str) -> None:
    assert read(organizational_structure=structure).organizational_structure == structure


def test_another_organizational_structure_is_refused() -> None:
    assert broken(organizational_structure="Cooperative") == {"organizational_structure": "unknown"}


@pytest.mark.parametrize("field", ["fiscal_year_end", "duns", "website", "middle_name"])
@pytest.mark.parametrize("typed", ["N/A", "n/a", "n.a.", "None", "-", "\u2014"])
def test_saying_that_there_is_nothing_is_leaving_a_field_empty(field: str, typed: str) -> None:
    assert getattr(read(**{field: typed}), field) == ""


def test_na_can_be_a_middle_name() -> None:
    assert read(middle_name="Na").middle_name == "Na"


def test_the_owners_name_is_joined_from_its_parts() -> None:
    assert read().owner_name == "Jane Q Doe"
    assert read(middle_name="").owner_name == "Jane Doe"


@pytest.mark.parametrize("hidden", "\u00ad\u200b\u200e\u2060\ufeff\u202a")
def test_what_nobody_sees_is_no_part_of_a_name(hidden: str) -> None:
    assert read(first_name=f"{hidden}Ja{hidden}ne\u00a0Q {hidden}").first_name == "Jane Q"
    assert broken(first_name=hidden) == {"first_name": "missing"}


@pytest.mark.parametrize("field", ["duns", "telephone"])
def test_a_mark_of_direction_repeated_without_end_is_too_long(field: str) -> None:
    _, broken = AccountDetails.read({field: "\u202d" * 100_000 + "217-555-0123"})
    assert broken[field] == "too-long"
