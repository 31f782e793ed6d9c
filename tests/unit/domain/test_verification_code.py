"""Verification codes: read out over the telephone and typed by somebody else."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import base32, reference
from shared.domain.errors import Invalid
from shared.domain.form import verification_code
from tests.unit.domain.refusals import attempt, broken_rule

codes = st.text(base32.ALPHABET, min_size=8, max_size=8)


def test_a_new_code_is_two_groups_of_four_symbols_that_nobody_misreads() -> None:
    issued = [verification_code.generate() for _ in range(500)]
    assert all(re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", code) for code in issued)
    assert len(set(issued)) == len(issued)
    for place in (0, 1, 2, 3, 5, 6, 7, 8):
        assert {code[place] for code in issued} == set(base32.ALPHABET)


@given(codes, st.booleans(), st.sampled_from(["", "-", " ", "\u2013", " \u2014 ", "\u2212", "\t"]))
def test_case_blanks_and_dashes_do_not_matter(code: str, lower: bool, between: str) -> None:
    typed = between.join(code)
    assert verification_code.parse(typed.lower() if lower else typed) == code


@given(codes, st.sampled_from("iIlL"), st.sampled_from("oO"))
def test_i_and_l_are_read_as_1_and_o_as_0(code: str, one: str, zero: str) -> None:
    assert verification_code.parse(code.replace("1", one).replace("0", zero)) == code


def test_what_is_far_too_long_is_no_code() -> None:
    assert broken_rule(verification_code.parse, "-" * 1_000_000) == "too-long"


@given(st.text(max_size=60))
def test_any_input_becomes_eight_symbols_or_a_refusal_that_does_not_quote_it(typed: str) -> None:
    symbols, refusal = attempt(verification_code.parse, typed)
    if symbols is None:
        assert refusal in {"missing", "too-long", "malformed"}
    else:
        assert len(symbols) == 8
        assert set(symbols) <= set(base32.ALPHABET)


@given(st.uuids())
def test_a_reference_is_always_the_same_for_an_application_and_is_read_as_people_type_it(id: UUID) -> None:
    shown = reference.derive(id)
    assert reference.derive(id) == shown
    assert re.fullmatch(r"ACE-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}", shown)
    for typed in (shown.lower(), shown[4:], f" {shown} ", shown.replace("-", "\u2013"), shown.replace("0", "o")):
        assert reference.parse(typed) == shown


def test_references_and_codes_of_two_applications_differ() -> None:
    ids = [UUID(int=number) for number in range(2000)]
    assert len({reference.derive(id) for id in ids}) == len(ids)


@pytest.mark.parametrize("typed", ["", "ACE-", "ACE-7K2M-0XQ", "ACE-7K2M-0XQU", "hello", "ACE-7K2M-0XQ9-0"])
def test_an_invalid_reference_is_refused(typed: str) -> None:
    assert broken_rule(reference.parse, typed) == "malformed"


def test_a_code_is_spelled_for_the_telephone() -> None:
    assert verification_code.spell("7K2M-0XQ9") == (
        *("7 (seven)", "K as in Kilo", "2 (two)", "M as in Mike"),
        *("0 (zero)", "X as in X-ray", "Q as in Quebec", "9 (nine)"),
    )


def test_every_symbol_has_its_own_word_that_begins_with_it() -> None:
    said = [verification_code.spell(symbol * 8)[0] for symbol in base32.ALPHABET]
    digits, letters = said[:10], said[10:]

    assert digits == [
        *("0 (zero)", "1 (one)", "2 (two)", "3 (three)", "4 (four)"),
        *("5 (five)", "6 (six)", "7 (seven)", "8 (eight)", "9 (nine)"),
    ]
    assert len(set(letters)) == 22
    for symbol, words in zip(base32.ALPHABET[10:], letters, strict=True):
        assert re.fullmatch(rf"{symbol} as in {symbol}[-a-z]+", words)


@given(codes)
def test_a_code_that_is_spelled_out_can_be_written_down_again(code: str) -> None:
    assert "".join(words[0] for words in verification_code.spell(code)) == code


def test_an_invalid_code_is_not_spelled_out() -> None:
    assert broken_rule(verification_code.spell, "7K2M-0XQU") == "malformed"


def test_a_reference_longer_than_anybody_types_is_malformed() -> None:
    with pytest.raises(Invalid, match="malformed"):
        reference.parse("ACE-7K2M-0XQ9" + " " * reference.LONGEST)
