"""States. For the United States, Canada and Mexico: ISO 3166-2 (pycountry), and what people and the post call them."""

import functools
from typing import Final, Literal

import pycountry

from shared.domain.errors import Invalid
from shared.domain.fields.text import clear_placeholder, read_line
from shared.domain.geography import address_rules
from shared.domain.geography.spellings import PlaceNames, fold, match
from shared.domain.geography.state_names import ALSO_CALLED, ARMED_FORCES, FORMS, IN_FULL, VAGUE

REQUIRED_IN: Final = frozenset({"US", "CA", "MX"})
LONGEST: Final = 60

Use = Literal["required", "optional", "none"]


def use(country: str) -> Use:
    """Whether addresses in the country have a state. The guide's form requires one for three countries."""
    if country in REQUIRED_IN:
        return "required"
    return "optional" if address_rules.load(country).has_state else "none"


@functools.cache
def list_names(country: str) -> dict[str, str]:
    """The states by abbreviation, ``{"CA": "California", ...}``; empty for countries that do not require one."""
    if country not in REQUIRED_IN:
        return {}
    found = {s.code.partition("-")[2]: s.name for s in pycountry.subdivisions.get(country_code=country) or []}
    if country == "US":
        found |= ARMED_FORCES
    return dict(sorted(found.items(), key=lambda item: fold(item[1])))


@functools.cache
def _list_spellings(country: str) -> dict[str, tuple[str, str]]:
    """Each spelling's state and original writing. Codes and names win over the rest."""
    known = list_names(country)
    spellings = {fold(name): (code, name) for code, name in known.items()}
    spellings |= {fold(code): (code, code) for code in known}
    for code, others in ALSO_CALLED[country].items():
        for name in others:
            spellings.setdefault(fold(name), (code, name))
    for abbreviation, name in address_rules.load(country).states:
        try:
            code = abbreviation if abbreviation in known else match(name, _make_place_names(spellings))
        except Invalid:  # Palau and the like: US mail serves them, but here they are countries
            continue
        for spelling in (abbreviation, name):
            spellings.setdefault(fold(spelling), (code, spelling))
    return spellings


def _make_place_names(spellings: dict[str, tuple[str, str]]) -> PlaceNames:
    return PlaceNames(
        {text: code for text, (code, _) in spellings.items()}, frozenset(map(fold, IN_FULL)), forms=FORMS, vague=VAGUE
    )


@functools.cache
def _list_places(country: str) -> PlaceNames:
    return _make_place_names(_list_spellings(country))


@functools.cache
def list_other_names(country: str, state: str) -> tuple[str, ...]:
    """What else a state is called besides its name and code: ``("Ala.", ...)``."""
    known = {fold(state), fold(list_names(country)[state])}
    return tuple(name for text, (code, name) in _list_spellings(country).items() if code == state and text not in known)


def parse(text: str, country: str) -> str:
    """The state's abbreviation if the country's states are known; otherwise the typed text, which may be empty.

    Raises:
        Invalid: ``missing`` (the United States, Canada and Mexico need one), ``unknown``, ``ambiguous``, ``too-long``.

    """
    required = country in REQUIRED_IN
    typed = read_line(text, longest=LONGEST, required=required)
    return match(typed, _list_places(country)) if required else clear_placeholder(typed)
