"""Countries: ISO 3166-1 (pycountry), and what people call them."""

import functools
from typing import Final

import pycountry

from shared.domain.fields.text import line
from shared.domain.geography.country_names import (
    ALPHA_3,
    ALSO_CALLED,
    FORMS,
    IN_FULL,
    MEANS_SEVERAL,
    NAMED_HERE,
    PART_OF,
    VAGUE,
)
from shared.domain.geography.spellings import PlaceNames, folded, match, spelled

LONGEST: Final = 80


@functools.cache
def names() -> dict[str, str]:
    """Every country's name by its two-letter code, the United States first, then by name."""
    found = {country.alpha_2: getattr(country, "common_name", country.name) for country in pycountry.countries}
    return dict(sorted((found | NAMED_HERE).items(), key=lambda item: (item[0] != "US", folded(item[1]))))


@functools.cache
def alpha_3(country: str) -> str:
    """The three-letter code."""
    return ALPHA_3.get(country) or str(pycountry.countries.get(alpha_2=country).alpha_3)


@functools.cache
def _spellings() -> dict[str, tuple[str, str]]:
    """Each spelling's country and original writing. Codes and names win over the rest."""
    spellings = {folded(code): (code, code) for code in names()}
    spellings |= {folded(name): (code, name) for code, name in names().items()}
    spellings |= {folded(alpha_3(code)): (code, alpha_3(code)) for code in names()}
    for code, others in ALSO_CALLED.items():
        for name in others:
            spellings.setdefault(folded(name), (code, name))
    for country in pycountry.countries:
        name, _, kind = country.name.partition(", ")  # "Korea, Republic of" also means Republic of Korea
        turned = f"{kind} {name}" if kind and " and " not in kind else name
        official = getattr(country, "official_name", country.name).removeprefix("the ")
        for spelling in (turned, official, country.name):
            if folded(spelling) not in MEANS_SEVERAL and not spelled(spelling, _with_codes(spellings)):
                spellings[folded(spelling)] = (country.alpha_2, spelling)
    return spellings


def _with_codes(spellings: dict[str, tuple[str, str]]) -> PlaceNames:
    codes = {text: code for text, (code, _) in spellings.items()}
    return PlaceNames(codes, frozenset(map(folded, IN_FULL)), PART_OF, FORMS, VAGUE)


@functools.cache
def _places() -> PlaceNames:
    return _with_codes(_spellings())


@functools.cache
def also_called(country: str) -> tuple[str, ...]:
    """What else a country is called besides its name and codes: ``("America", ...)``.

    Leaves out names that only add the form of government, which are understood anyway.
    """
    known = {folded(country), folded(alpha_3(country)), folded(names()[country])}
    return tuple(name for text, (code, name) in _spellings().items() if code == country and text not in known)


def parse(text: str) -> str:
    """The two-letter code of a country given by code, name or an unambiguous part of its name.

    Raises:
        Invalid: ``missing``, ``too-long``, ``unknown``, or ``ambiguous`` if several match.

    """
    return match(line(text, longest=LONGEST), _places())
