"""Business telephone numbers: with dashes between their parts, checked with the numbering plans' own data."""

import re

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat

from shared.domain.invalid import Invalid
from shared.domain.text import END, line, plain_dashes

LONGEST = 60
"""Characters that may be typed, with blanks and a label; the longest number has 15 digits and an extension."""

_LABEL = re.compile(
    r"^(?:(?:business|office|main|work|direct|cell|mobile|my|our)\W+)*"
    r"(?:(?:tele)?phone|tel|ph|t|p|m|o|call|cell|mobile|office|direct|number)?\b\W*?(?:(?:number|no|nr)\b)?[\s.:#=]*(?=[+(\d])",
    re.IGNORECASE,
)
"""What may stand before a number where it was copied: ``Tel. No.``, ``Ph:``, ``tel:``."""

_EXTENSION = re.compile(
    r"[\s,;]*(?:\b(?:extension|extn|ext|x)\b|(?<=\d)(?:extn?|x)(?=[\s.:=\d])|x|#)[\s.:=]*(\d{1,7})$", re.I
)

_NUMBER = re.compile(r"\+?[0-9(][0-9() ./-]*", re.ASCII)

_CODE_IN_BRACKETS = re.compile(r"^\(\+(\d{1,3})\)")

_TRUNK_ZERO = re.compile(r"^(\+\d{1,3}\D*)\(0\)")
"""The zero that is dialed within a country only, ``+44 (0)20``; in Italy it is part of the number."""


def parse(text: str, country: str | None) -> str:
    """The number with dashes between its parts, and its extension: ``703-555-0100 ext. 12``.

    Where dashes were typed, the parts are those that they and other marks make. Otherwise the country's own plan says
    which there are. A number without ``+`` is one of the given country's; without a country, only its form is judged.

    Raises:
        Invalid: ``missing``, ``too-long``, ``malformed`` (no numbering plan has such a number, or its area code is
            missing).

    """
    typed = _LABEL.sub("", END.sub("", plain_dashes(line(text, longest=LONGEST))))
    extension = _EXTENSION.search(typed)
    typed = _CODE_IN_BRACKETS.sub(r"+\1", _EXTENSION.sub("", typed).strip())
    if not _NUMBER.fullmatch(typed):
        raise Invalid("malformed")
    number = _parts(typed, country)
    return f"{number} ext. {extension[1]}" if extension else number


def _parts(typed: str, country: str | None) -> str:
    if country is None and not typed.startswith("+"):
        return _dashed(typed)
    try:
        number = phonenumbers.parse(typed, country)
    except phonenumbers.NumberParseException:
        raise Invalid("malformed") from None
    if phonenumbers.is_possible_number_with_reason(number) != phonenumbers.ValidationResult.IS_POSSIBLE:
        raise Invalid("malformed")
    as_typed = _dashed(typed if number.italian_leading_zero else _TRUNK_ZERO.sub(r"\1", typed))
    if "-" in typed:
        return as_typed
    ways = _planned(number)
    return next((way for way in ways if _same_digits(way, as_typed)), ways[0])


def _planned(number: PhoneNumber) -> list[str]:
    """The ways in which the country's plan writes a number: within it, from elsewhere, with the code but no plus."""
    abroad = _dashed(phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL))
    return [abroad, abroad.removeprefix("+"), _dashed(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))]


def _same_digits(one: str, other: str) -> bool:
    return one.replace("-", "") == other.replace("-", "")


def _dashed(number: str) -> str:
    """The number with one dash wherever something stands between digits."""
    return re.sub(r"[^\d+]+", "-", number).strip("-")
