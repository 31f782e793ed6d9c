"""The verification code: eight symbols of Crockford's base 32, forty bits."""

import re
import secrets

from shared.domain import base32
from shared.domain.errors import Invalid
from shared.domain.fields.text import END, replace_dashes

LENGTH = 8
TRIES = 5
"""Wrong codes after which an application is locked."""

LONGEST = 400
"""Characters that may be pasted: the code and text of the email around it."""

_WRITTEN = re.compile(r"(?<![\w-])(?!ACE-)\w{4}-\w{4}(?![\w-])", re.ASCII)
"""A code as emails write it, but not the end of a reference."""

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_LETTERS = (
    *("Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "Juliett", "Kilo", "Mike"),
    *("November", "Papa", "Quebec", "Romeo", "Sierra", "Tango", "Victor", "Whiskey", "X-ray", "Yankee", "Zulu"),
)
"""The radio alphabet for the code's letters (ICAO Annex 10, volume II, 5.2.1.3)."""


def generate() -> str:
    """A new code as people see it, ``XXXX-XXXX``, from the system's cryptographic generator."""
    return base32.encode(secrets.randbits(5 * LENGTH), LENGTH)


def parse(text: str) -> str:
    """The code's eight symbols from typed text, or from text copied with words around it.

    Raises `Invalid`: ``missing``, ``too-long``, ``malformed``.
    """
    if len(text) > LONGEST:
        raise Invalid("too-long")
    written = {base32.normalize(found) for found in _WRITTEN.findall(replace_dashes(text).upper())}
    symbols = written.pop() if len(written) == 1 else base32.normalize(END.sub("", text.rpartition(":")[2]))
    if not symbols:
        raise Invalid("missing")
    if len(symbols) != LENGTH or not set(symbols) <= set(base32.ALPHABET):
        raise Invalid("malformed")
    return symbols


def spell(code: str) -> tuple[str, ...]:
    """The code's symbols as people say them: ``7 (seven)``, ``K as in Kilo``. Raises like `parse`."""
    return tuple(_say(symbol) for symbol in parse(code))


def _say(symbol: str) -> str:
    place = base32.ALPHABET.index(symbol)
    return f"{symbol} ({_DIGITS[place]})" if place < 10 else f"{symbol} as in {_LETTERS[place - 10]}"
