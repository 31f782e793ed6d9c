"""The verification code: eight symbols of Crockford's base 32, forty bits."""

import secrets

from shared.domain import crockford
from shared.domain.invalid import Invalid

LENGTH = 8
TRIES = 5
"""Wrong codes after which an application is locked."""

LONGEST = 40
"""Characters that may be typed."""


def generate() -> str:
    """A new code as people see it, ``XXXX-XXXX``, from the system's cryptographic generator."""
    return crockford.grouped(secrets.randbits(5 * LENGTH), LENGTH)


def parse(text: str) -> str:
    """The code's eight symbols from what was typed. Raises `Invalid`: ``missing``, ``too-long``, ``malformed``."""
    if len(text) > LONGEST:
        raise Invalid("too-long")
    symbols = crockford.normal(text)
    if not symbols:
        raise Invalid("missing")
    if len(symbols) != LENGTH or not set(symbols) <= set(crockford.ALPHABET):
        raise Invalid("malformed")
    return symbols
