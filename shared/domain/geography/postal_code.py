"""Postal codes, by each country's patterns and examples in the address data."""

import re
from collections.abc import Iterator
from typing import Final

from shared.domain.errors import Invalid
from shared.domain.fields.text import read_line, replace_dashes
from shared.domain.geography import address_rules
from shared.domain.geography.country_signs import list_signs

NONE: Final = "N/A"
LONGEST: Final = 20

_ZIP_CODE = (re.compile(r"(\d{5})(\d{4})", re.ASCII), r"\1-\2")
_POSTCODE = (re.compile(r"(\w{2,4})(\w{3})", re.ASCII), r"\1 \2")
_WRITTEN: Final = {
    **dict.fromkeys(("US", "AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"), _ZIP_CODE),
    **dict.fromkeys(("GB", "GG", "IM", "JE"), _POSTCODE),
    "CA": (re.compile(r"(\w{3})(\w{3})", re.ASCII), r"\1 \2"),
    "OM": (re.compile(r"PC(\d{3})", re.ASCII), r"\1"),
}
"""How to write a postal code that lacks its space or dash, for countries whose patterns would accept it as typed."""

_NO_CODE = re.compile("NA|NONE")
"""What people write if there is no postal code."""

_LABEL = re.compile(r"^(?:〒|ZIP|CEP|PLZ|CAP|PIN|C\.?P)(?:[ .:-]+|(?=\d))")
"""What may precede a postal code: Japan's mark, and abbreviations in some languages."""

_ANY = re.compile("[A-Z0-9][A-Z0-9 -]*")
"""For countries that have codes of unknown format."""


def is_used_in(country: str) -> bool:
    """Whether addresses in the country have postal codes."""
    return address_rules.load(country).has_code


def parse(text: str, country: str) -> str:
    """The postal code as the country writes it, or ``N/A`` if the country has none.

    Raises:
        Invalid: ``missing``, ``too-long``, ``malformed`` (not this country's format), ``not-used`` (a code for a
            country without codes), ``needed`` (``N/A`` for a country with codes).

    """
    typed = replace_dashes(read_line(text, longest=LONGEST)).upper().strip(" -.,")
    rules = address_rules.load(country)
    if _NO_CODE.fullmatch(re.sub(r"[ /.-]", "", typed)):
        if rules.has_code and rules.code_required:
            raise Invalid("needed")
        return NONE
    if not rules.has_code:
        if not re.sub("[0 -]", "", typed):  # 00000, for forms that insist on one
            return NONE
        raise Invalid("not-used")
    if code := _find_fitting(typed, country):
        return code
    meant = {_find_fitting(rest, country) for rest in _drop_sign(_LABEL.sub("", typed), country)} - {None}
    code = meant.pop() if len(meant) == 1 else None
    if not code:
        raise Invalid("malformed")
    return code


def _find_fitting(typed: str, country: str) -> str | None:
    """The first way to write the typed text that is a valid code of the country."""
    forms = address_rules.load(country).code_forms or (_ANY,)
    return next((way for way in _list_ways(typed, country) if all(form.fullmatch(way) for form in forms)), None)


def _list_ways(typed: str, country: str) -> Iterator[str]:
    bare = re.sub("[ -]", "", typed)
    if country in _WRITTEN:
        form, written = _WRITTEN[country]
        if found := form.fullmatch(bare):
            yield found.expand(written)
    yield typed
    yield typed.replace(" ", "")
    yield typed.replace("-", "")
    yield bare
    for example in address_rules.load(country).code_examples:
        yield from _write_like(example, bare)


def _write_like(example: str, bare: str) -> Iterator[str]:
    """The code with the example's spaces and dashes, ``00-950``, and its letters, ``LV-1010``."""
    letters = re.match("[A-Z]+", example) if bare.isdigit() else None
    code = f"{letters[0]}{bare}" if letters else bare
    if _describe_shape(code) == _describe_shape(re.sub("[ -]", "", example)):
        left = iter(code)
        yield "".join(character if character in " -" else next(left) for character in example)


def _describe_shape(code: str) -> str:
    return re.sub("[A-Z]", "A", re.sub("[0-9]", "0", code))


def _drop_sign(typed: str, country: str) -> Iterator[str]:
    """The typed text, and the text after a sign of the country. A letter cannot directly follow a sign."""
    yield typed
    for sign in list_signs(country):
        if found := re.fullmatch(rf"{sign}(?:[ -]+|(?=\d))(.+)", typed):
            yield found[1]
