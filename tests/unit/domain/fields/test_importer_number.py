"""Importer record numbers in three formats, as people type them."""

import string
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.fields import text
from shared.domain.fields.importer_number import LONGEST, Format, ImporterNumber, strip_label
from tests.unit.domain.refusals import attempt, broken_rule

SUFFIX_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRSTUVWXY"
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=count, max_size=count)


suffixes = st.text(SUFFIX_SYMBOLS, min_size=2, max_size=2)
eins = st.builds("{}-{}{}".format, digits(2), digits(7), suffixes)
cbp_assigned = st.builds("{}-{}".format, digits(6), digits(5))
social_security = st.builds("{}-{}-{}".format, digits(3), digits(2), digits(4))
numbers = eins | cbp_assigned | social_security


@pytest.mark.parametrize(
    ("typed", "normal", "kind"),
    [
        ("12-3456789AB", "12-3456789AB", Format.EIN),
        ("12-345678900", "12-345678900", Format.EIN),
        ("250101-12345", "250101-12345", Format.CBP_ASSIGNED),
        ("123-45-6789", "123-45-6789", Format.SOCIAL_SECURITY),
        ("12-3456789ab", "12-3456789AB", Format.EIN),
        ("123456789AB", "12-3456789AB", Format.EIN),
        ("1234567890x", "12-34567890X", Format.EIN),
        (" 12 - 3456789 ab ", "12-3456789AB", Format.EIN),
        ("\t123-45-6789\u00a0\n", "123-45-6789", Format.SOCIAL_SECURITY),
        ("１２-３４５６７８９ＡＢ", "12-3456789AB", Format.EIN),  # noqa: RUF001
        ("12-3456789AB\u200b", "12-3456789AB", Format.EIN),
        ("\ufeff12\u00ad-3456789 AB", "12-3456789AB", Format.EIN),
        ("12\u30fc3456789AB", "12-3456789AB", Format.EIN),
        ("12 3456789 ab", "12-3456789AB", Format.EIN),
        ("12 345678900", "12-345678900", Format.EIN),
        (" 250101  12345", "250101-12345", Format.CBP_ASSIGNED),
        ("123 45 6789", "123-45-6789", Format.SOCIAL_SECURITY),
    ],
)
def test_each_format_is_read_into_one_normal_form(typed: str, normal: str, kind: Format) -> None:
    assert ImporterNumber.parse(typed) == ImporterNumber(normal, kind)


@pytest.mark.parametrize("dash", DASHES)
def test_every_unicode_dash_stands_for_a_hyphen(dash: str) -> None:
    assert ImporterNumber.parse(f"123{dash}45{dash}6789").value == "123-45-6789"
    assert ImporterNumber.parse(f"12{dash}3456789AB").value == "12-3456789AB"


@given(numbers, st.sampled_from(DASHES), st.booleans(), st.sampled_from(["", " ", "\u00a0", "\t"]))
def test_dashes_case_and_blanks_do_not_matter(number: str, dash: str, lower: bool, blank: str) -> None:
    typed = blank + number.replace("-", f"{blank}{dash}{blank}") + blank
    assert ImporterNumber.parse(typed.lower() if lower else typed).value == number


@given(numbers)
def test_a_number_in_its_normal_form_stays_as_it_is(number: str) -> None:
    parsed = ImporterNumber.parse(number)
    assert parsed.value == number
    assert ImporterNumber.parse(parsed.value) == parsed


@given(digits(9) | digits(11))
def test_bare_digits_that_fit_two_formats_are_not_guessed(typed: str) -> None:
    assert broken_rule(ImporterNumber.parse, typed) == "ambiguous"


@given(st.builds("{}-{}".format, digits(2), digits(7)))
def test_an_ein_without_its_suffix_gets_its_own_hint(typed: str) -> None:
    assert broken_rule(ImporterNumber.parse, typed) == "missing-suffix"


@pytest.mark.parametrize("symbol", "IOZ")
def test_a_suffix_has_none_of_the_letters_that_are_taken_for_digits(symbol: str) -> None:
    for suffix in (f"{symbol}0", f"A{symbol}", symbol.lower() * 2):
        assert broken_rule(ImporterNumber.parse, f"12-3456789{suffix}") == "look-alike"
        assert broken_rule(ImporterNumber.parse, f"12-3456789{suffix} 1") == "malformed"


def test_a_suffix_may_have_every_other_letter_and_digit() -> None:
    assert set(SUFFIX_SYMBOLS) == set(string.digits + string.ascii_uppercase) - set("IOZ")
    for symbol in SUFFIX_SYMBOLS:
        assert ImporterNumber.parse(f"12-3456789{symbol}{symbol}").format is Format.EIN


def test_a_number_holds_no_control_character() -> None:
    assert broken_rule(ImporterNumber.parse, "12-3456789AB\x00") == "malformed"


@pytest.mark.parametrize("typed", ["", "   ", "\t\n", "\u00a0"])
def test_nothing_typed_is_missing(typed: str) -> None:
    assert broken_rule(ImporterNumber.parse, typed) == "missing"


@pytest.mark.parametrize("typed", ["1" * (LONGEST + 1), "-" * 60, "1" * 5_000_000, " " * 5_000_000, "ﷺ" * 80])
def test_what_is_too_long_is_refused_at_once(typed: str) -> None:
    began = time.monotonic()
    assert broken_rule(ImporterNumber.parse, typed) == "too-long"
    assert time.monotonic() - began < 0.5


@given(st.text(max_size=60) | st.text("0123456789AZIOaz- \u2013\u0661\uff11", max_size=30))
def test_any_input_becomes_a_number_or_a_refusal_that_does_not_quote_it(typed: str) -> None:
    number, refusal = attempt(ImporterNumber.parse, typed)
    if number is None:
        assert refusal in {"missing", "too-long", "ambiguous", "missing-suffix", "look-alike", "malformed"}
    else:
        assert number.value.isascii()
        assert ImporterNumber.parse(number.value) == number


@pytest.mark.parametrize(
    ("number", "masked"),
    [("12-3456789AB", "**-*****89AB"), ("250101-12345", "******-*2345"), ("123-45-6789", "***-**-6789")],
)
def test_masking_shows_only_the_last_four_characters(number: str, masked: str) -> None:
    assert ImporterNumber.parse(number).masked == masked


@given(numbers)
def test_however_it_is_printed_a_number_shows_no_more_than_its_last_four(number: str) -> None:
    parsed = ImporterNumber.parse(number)
    for shown in (str(parsed), repr(parsed), f"{parsed}", f"{parsed!r}", f"{[parsed]}", parsed.masked):
        assert number[-4:] in shown
        assert len([symbol for symbol in shown.replace("ImporterNumber", "") if symbol.isalnum()]) == 4


@pytest.mark.parametrize(
    "label",
    [
        *("IR#:", "IR# ", "ir ", "IR No. ", "EIN ", "EIN:", "FEIN: ", "SSN ", "IRS#", "IRS number: ", "#"),
        *("IOR# ", "Importer of Record Number: ", "Tax ID: ", "TIN ", "CBP-assigned number "),
        *("Employer Identification No. ", "Importer Record Number (IR#): ", "Importer number: "),
        *("Importer No. ", "\u200bIR\u00a0#\u00a0"),
    ],
)
@pytest.mark.parametrize("number", ["12-3456789AB", "250101-12345", "123-45-6789"])
def test_the_label_that_was_copied_with_a_number_is_left_out(label: str, number: str) -> None:
    assert strip_label(f"{label}{number}") == number
    assert strip_label(f" {label}{number}. ") == number


@pytest.mark.parametrize("typed", ["'{}", "'{}'", '"{}"', "\u201c{}\u201d", "({})", 'EIN: "{}".'])
def test_quotation_marks_around_a_number_are_left_out(typed: str) -> None:
    assert strip_label(typed.format("12-3456789AB")) == "12-3456789AB"


@pytest.mark.parametrize("typed", ["12-3456789-AB", "12-3456789 - ab", "12\u20113456789\u201300", "12 - 3456789-00"])
def test_a_dash_may_stand_before_the_suffix_of_an_ein(typed: str) -> None:
    number = ImporterNumber.parse(strip_label(typed))
    assert (number.format, number.value[:10]) == (Format.EIN, "12-3456789")


@pytest.mark.parametrize("typed", ["12-3456789OO", "l2-345678900", "123-45-678O", "25OlOl-12345"])
def test_a_letter_in_place_of_a_digit_is_named_and_not_guessed(typed: str) -> None:
    assert broken_rule(ImporterNumber.parse, typed) == "look-alike"


@given(numbers)
def test_a_number_without_a_label_stays_as_it_is(number: str) -> None:
    assert strip_label(number) == number


@pytest.mark.parametrize("typed", ["ABC 12-3456789AB", "DUNS 12-345-6789", "12-3456789AB or", "Order no 250101-12345"])
def test_other_words_are_left_where_they_are_and_refused(typed: str) -> None:
    assert broken_rule(ImporterNumber.parse, strip_label(typed)) == "malformed"


def test_a_label_is_not_looked_for_in_what_is_far_too_long() -> None:
    assert broken_rule(strip_label, "IR " * 1_000_000) == "too-long"


def test_every_dash_that_unicode_knows_is_read_as_a_hyphen() -> None:
    known = {chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Pd"}
    assert {dash for dash in known if text.replace_dashes(dash) != "-"} == set()
