"""Countries: ISO 3166-1 (pycountry), and what people call them."""

import functools
from typing import Final

import pycountry

from shared.domain.fields.text import read_line
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
from shared.domain.geography.spellings import PlaceNames, find_exact, fold, match

LONGEST: Final = 80


@functools.cache
def list_names() -> dict[str, str]:
    """Every country's name by its two-letter code, the United States first, then by name."""
    found = {country.alpha_2: getattr(country, "common_name", country.name) for country in pycountry.countries}
    return dict(sorted((found | NAMED_HERE).items(), key=lambda item: (item[0] != "US", fold(item[1]))))


@functools.cache
def find_alpha_3(country: str) -> str:
    """The three-letter code."""
    return ALPHA_3.get(country) or str(pycountry.countries.get(alpha_2=country).alpha_3)


@functools.cache
def _list_spellings() -> dict[str, tuple[str, str]]:
    """Each spelling's country and original writing. Codes and names win over the rest."""
    spellings = {fold(code): (code, code) for code in list_names()}
    spellings |= {fold(name): (code, name) for code, name in list_names().items()}
    spellings |= {fold(find_alpha_3(code)): (code, find_alpha_3(code)) for code in list_names()}
    for code, others in ALSO_CALLED.items():
        for name in others:
            spellings.setdefault(fold(name), (code, name))
    for country in pycountry.countries:
        name, _, kind = country.name.partition(", ")  # "Korea, Republic of" also means Republic of Korea
        turned = f"{kind} {name}" if kind and " and " not in kind else name
        official = getattr(country, "official_name", country.name).removeprefix("the ")
        for spelling in (turned, official, country.name):
            if fold(spelling) not in MEANS_SEVERAL and not find_exact(spelling, _make_place_names(spellings)):
                spellings[fold(spelling)] = (country.alpha_2, spelling)
    return spellings


def _make_place_names(spellings: dict[str, tuple[str, str]]) -> PlaceNames:
    codes = {text: code for text, (code, _) in spellings.items()}
    return PlaceNames(codes, frozenset(map(fold, IN_FULL)), PART_OF, FORMS, VAGUE)


@functools.cache
def _list_places() -> PlaceNames:
    return _make_place_names(_list_spellings())


@functools.cache
def list_other_names(country: str) -> tuple[str, ...]:
    """What else a country is called besides its name and codes: ``("America", ...)``.

    Leaves out names that only add the form of government, which are understood anyway.
    """
    known = {fold(country), fold(find_alpha_3(country)), fold(list_names()[country])}
    return tuple(name for text, (code, name) in _list_spellings().items() if code == country and text not in known)


def parse(text: str) -> str:
    """The two-letter code of a country given by code, name or an unambiguous part of its name.

    Raises:
        Invalid: ``missing``, ``too-long``, ``unknown``, or ``ambiguous`` if several match.

    """
    return match(read_line(text, longest=LONGEST), _list_places())
