"""Crockford's base 32: an alphabet made for reading out over the telephone."""

import re

from shared.domain.fields.text import replace_dashes

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110")


def encode(number: int, length: int) -> str:
    """A number as `length` symbols in groups of four: ``7K2M-0XQ9``."""
    symbols = "".join(ALPHABET[(number >> 5 * place) & 31] for place in reversed(range(length)))
    return "-".join(re.findall("....", symbols))


def normalize(text: str) -> str:
    """Typed text without spaces and dashes, in one case, with I and L read as 1 and O as 0."""
    return re.sub(r"[\s-]", "", replace_dashes(text)).upper().translate(_MISREAD)
