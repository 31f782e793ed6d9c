"""One line of text as people type it: what every field of the form has in common."""

import unicodedata

from shared.domain.invalid import Invalid

DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
"""Every Unicode dash that keyboards and word processors put where a hyphen was meant."""


def line(text: str, *, longest: int, required: bool = True) -> str:
    """The text in NFC, its white space folded to single blanks; empty only where it is not required.

    Raises:
        Invalid: ``missing``, ``too-long`` (over `longest` characters) or ``unprintable`` (control characters).

    """
    if len(text) > 4 * longest:
        raise Invalid("too-long")
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    if not folded and required:
        raise Invalid("missing")
    if len(folded) > longest:
        raise Invalid("too-long")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn") for character in folded):
        raise Invalid("unprintable")
    return folded


def plain_dashes(text: str) -> str:
    """The text with compatibility forms folded (NFKC) and every kind of dash as a hyphen."""
    return unicodedata.normalize("NFKC", text).translate(DASHES)
