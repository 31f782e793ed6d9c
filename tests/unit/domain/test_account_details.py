"""Page 3, field by field, and the fields that depend on each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import InvalidFields
from shared.domain.form import account_details
from shared.domain.form.account_details import ORGANIZATIONAL_STRUCTURES, AccountDetails
from tests.unit.domain.filled_in import FILLED_IN, REQUIRED, broken, read, rules


def test_a_form_that_breaks_no_rule_is_kept_as_it_was_filled_in() -> None:
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
def test_whatever_is_typed_becomes_details_or_rules_that_quote_nothing(typed: dict[str, str]) -> None:
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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("12/31/2026", "12/31/2026"),
        ("2026-12-31", "12/31/2026"),
        ("6/5/2027", "06/05/2027"),
        ("02-28-2026", "02/28/2026"),
        ("02/29/2028", "02/29/2028"),
        ("2026/12/31", "12/31/2026"),
        ("12 / 31 / 2026", "12/31/2026"),
        ("12\u201331\u20132026", "12/31/2026"),
        ("12 31 2026", "12/31/2026"),
        ("Dec 31, 2026", "12/31/2026"),
        ("december 31 2026", "12/31/2026"),
        ("31-Dec-2026", "12/31/2026"),
        ("30 June 2027", "06/30/2027"),
    ],
)
def test_a_fiscal_year_end_is_kept_as_month_day_year(typed: str, kept: str) -> None:
    assert read(fiscal_year_end=typed).fiscal_year_end == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("12/31/1899", "2200-01-01", "soon", "0/0/0", "12312026", "05.06.2026", "12/31/026"),
        *("Ma 31, 2026", "Decade 31 2026", "31 2026 Dec", "Dec 2026"),
    ],
)
def test_what_is_no_date_is_no_fiscal_year_end(typed: str) -> None:
    assert broken(fiscal_year_end=typed) == {"fiscal_year_end": "malformed"}


@pytest.mark.parametrize("typed", ["12/31/26", "1-5-27", "12 / 31 / 26", "12/31", "2/29", "Dec 31 26", "31 Dec"])
def test_a_year_of_two_digits_or_none_is_not_guessed(typed: str) -> None:
    assert broken(fiscal_year_end=typed) == {"fiscal_year_end": "year-incomplete"}


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("31/12/2026", "day-first"),
        ("13-01-2026", "day-first"),
        ("02/29/2027", "no-such-day"),
        ("Feb 30 2026", "no-such-day"),
        ("13/13/2026", "no-such-day"),
        ("Wed, Dec 31 2026", "weekday"),
        ("12/31/2026 12:00", "time"),
    ],
)
def test_a_date_says_which_part_of_it_is_wrong(typed: str, rule: str) -> None:
    assert broken(fiscal_year_end=typed) == {"fiscal_year_end": rule}


@pytest.mark.parametrize("field", ["fiscal_year_end", "duns", "website", "middle_name"])
@pytest.mark.parametrize("typed", ["N/A", "n/a", "n.a.", "None", "-", "\u2014"])
def test_saying_that_there_is_nothing_is_leaving_a_field_empty(field: str, typed: str) -> None:
    assert getattr(read(**{field: typed}), field) == ""


def test_a_middle_name_may_be_na() -> None:
    assert read(middle_name="Na").middle_name == "Na"


@pytest.mark.parametrize(
    "typed",
    [
        "123456789",
        "12-345-6789",
        "123 456 789",
        "12\u2013345\u20136789",
        "\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19",
        "12.345.6789",
        "DUNS# 12-345-6789",
        "D-U-N-S\u00ae Number: 123456789",
        "D.U.N.S. No. 123456789",
        "Dun & Bradstreet D-U-N-S# (123-456-789)",
        "\u202d12-345-6789\u202c",
    ],
)
def test_a_duns_number_has_nine_digits(typed: str) -> None:
    assert read(duns=typed).duns == "123456789"


@pytest.mark.parametrize(
    "typed", ["12345678", "1234567890", "12345678A", "O12345678", "DUNS", "EIN 123456789", "\u0661" * 9]
)
def test_anything_else_is_no_duns_number(typed: str) -> None:
    assert broken(duns=typed) == {"duns": "malformed"}


@pytest.mark.parametrize(
    "typed", ["example.com", "www.example.com/a?b=c", "HTTP://EXAMPLE.COM", "https://bücher.example"]
)
def test_a_website_is_kept_as_typed(typed: str) -> None:
    assert read(website=typed).website == typed


@pytest.mark.parametrize(
    "typed",
    [
        "example",
        "javascript:alert(1)",
        "javascript://example.com/%0aalert(1)",
        "ftp://example.com",
        "https://jane:secret@example.com",
        "https://",
        "https://[::1",
        "two words.example",
        "https://.com",
        "info@example.com",
        "www,example.com",
        "217.555.0123",
    ],
)
def test_what_is_no_website_is_refused(typed: str) -> None:
    assert broken(website=typed) == {"website": "malformed"}


def test_the_owners_name_is_put_together_from_its_parts() -> None:
    assert read().owner_name == "Jane Q Doe"
    assert read(middle_name="").owner_name == "Jane Doe"


@pytest.mark.parametrize(
    "typed", [" www.example.com ", "www.example.com.", "\u200bwww.exam\u00adple.com,", "(www.example.com)"]
)
def test_what_comes_along_with_a_copied_website_is_left_out(typed: str) -> None:
    assert read(website=typed).website == "www.example.com"


@pytest.mark.parametrize("hidden", "\u00ad\u200b\u200e\u2060\ufeff\u202a")
def test_what_nobody_sees_is_no_part_of_a_name(hidden: str) -> None:
    assert read(first_name=f"{hidden}Ja{hidden}ne\u00a0Q {hidden}").first_name == "Jane Q"
    assert broken(first_name=hidden) == {"first_name": "missing"}
