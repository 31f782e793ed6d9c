"""Telephone numbers: whatever browsers fill in or people write gets dashes; undialable numbers are refused."""

import re
from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from shared.domain.fields import telephone
from tests.unit.domain.filled_in import broken, read

REGIONS = sorted(filter(phonenumbers.example_number, phonenumbers.SUPPORTED_REGIONS))
TYPES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE, PhoneNumberType.VOIP)
FORMATS = (
    *(PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL),
    *(PhoneNumberFormat.NATIONAL, PhoneNumberFormat.RFC3966),
)


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("US", "703-555-0100"),
        ("US", "1-703-555-0100"),
        ("US", "+1-703-555-0100"),
        ("US", "703-555-0100 ext. 12"),
        ("GB", "020-7946-0958"),
        ("US", "+44-20-7946-0958"),
        ("HK", "2123-4567"),
        ("MX", "55-5123-4567"),
    ],
)
def test_a_telephone_number_with_dashes_is_kept_as_typed(country: str, typed: str) -> None:
    place = {"US": {}, "MX": {"state": "NLE", "postal_code": "64000"}, "HK": {"state": "", "postal_code": "N/A"}}
    given_country = place.get(country, {"state": "", "postal_code": "SW1A 1AA"})
    assert read(country=country, telephone=typed, **given_country).telephone == typed


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        ("US", "011 44 20 7946 0958", "+44-20-7946-0958"),
        ("GB", "00 1 703 555 0100", "+1-703-555-0100"),
        ("GB", "+44 (0)20 7946 0958", "+44-20-7946-0958"),
        ("US", "+44 020 7946 0958", "+44-20-7946-0958"),
        ("US", "+39 (0)2 1234-5678", "+39-0-2-1234-5678"),
        ("US", "703/555-0100", "703-555-0100"),
        ("US", "(703) 555-0100 x12", "703-555-0100 ext. 12"),
        ("US", "703-555-0100, Ext 1234", "703-555-0100 ext. 1234"),
        ("US", "703-555-0100 #12", "703-555-0100 ext. 12"),
        ("US", "7035550100x12", "703-555-0100 ext. 12"),
        ("US", "Office phone: 703.555.0100", "703-555-0100"),
    ],
)
def test_what_can_be_called_gets_its_dashes(country: str, typed: str, kept: str) -> None:
    assert telephone.parse(typed, country) == kept


WRITINGS: tuple[Callable[[str], str], ...] = (
    *(str, lambda number: re.sub(r"[^\d+]", "", number), lambda number: number.replace("-", " ")),
    *(
        lambda number: number.replace(" ", "."),
        lambda number: f"Tel. No. {number}",
        lambda number: f"{number} (office)",
    ),
)


@given(st.sampled_from(REGIONS), st.sampled_from(TYPES), st.sampled_from(FORMATS), st.sampled_from(WRITINGS))
def test_every_country_s_own_examples_are_taken_in_every_writing(
    country: str, kind: int, form: int, write: Callable[[str], str]
) -> None:
    number = phonenumbers.example_number_for_type(country, kind)
    assume(number is not None)
    assert number
    kept = telephone.parse(write(phonenumbers.format_number(number, form)), country)
    assert telephone.parse(kept, country) == kept
    assert phonenumbers.parse(kept, country) == number


@pytest.mark.parametrize("dash", "\u2010\u2011\u2012\u2013\u2014\u2212\uff0d")
def test_every_unicode_dash_parts_a_telephone_number(dash: str) -> None:
    assert read(telephone=f"703{dash}555{dash}0100").telephone == "703-555-0100"


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("555-0100", "incomplete"),
        ("703-555-01000", "too-many-digits"),
        ("020-7946-0958", "too-many-digits"),
        ("1-800-FLOWERS", "malformed"),
        ("+999-703-555-0100", "no-such-country"),
        ("-", "missing"),
        ("Tel. No.:", "missing"),
        ("Tel. 703-555", "incomplete"),
        ("+1 703", "incomplete"),
        ("703-555-0100; rm", "malformed"),
        ("703-555-0100 / 703-555-0101", "several"),
        ("703-555-0100 or 703-555-0101", "several"),
        ("703-555-0100 ext.", "malformed"),
        ("703-555-0100 x12345678", "malformed"),
        ("7-" * 51, "too-long"),
    ],
)
def test_a_number_that_nobody_could_call_is_refused(typed: str, rule: str) -> None:
    assert broken(telephone=typed) == {"telephone": rule}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("\u202a+1 703-555-0100\u202c", "+1-703-555-0100"),
        ("tel:+1-703-555-0100", "+1-703-555-0100"),
        ("Tel.: 703-555-0100", "703-555-0100"),
        ("Phone 703-555-0100", "703-555-0100"),
        ("703\u00a0555\u20110100.", "703-555-0100"),
        ("\uff17\uff10\uff13\uff0d\uff15\uff15\uff15\uff0d\uff10\uff11\uff10\uff10", "703-555-0100"),
        ("703\u30fc555\u30fc0100", "703-555-0100"),
    ],
)
def test_what_comes_along_with_a_copied_number_is_left_out(typed: str, kept: str) -> None:
    assert read(telephone=typed).telephone == kept
