"""Telephone numbers: whatever browsers fill in or people write gets dashes; undialable numbers are refused."""

import re
from collections.abc import Callable

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from shared.domain.fields import telephone
from tests.unit.domain.filled_in import read

REGIONS = sorted(filter(phonenumbers.example_number, phonenumbers.SUPPORTED_REGIONS))
TYPES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE, PhoneNumberType.TOLL_FREE, PhoneNumberType.VOIP)
FORMATS = (
    *(PhoneNumberFormat.E164, PhoneNumberFormat.INTERNATIONAL),
    *(PhoneNumberFormat.NATIONAL, PhoneNumberFormat.RFC3966),
)


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
