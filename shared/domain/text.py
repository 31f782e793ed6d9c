"""One line of text as people type it: what every field of the form has in common."""

import re
import unicodedata

from shared.domain.invalid import Invalid

_PUNCTUATION = (chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Pd")
DASHES = dict.fromkeys(map(ord, (*_PUNCTUATION, *"\u02d7\u2043\u2212\u2500\u2796\u30fc")), "-")
"""Every dash that keyboards and word processors put where a hyphen was meant, and what looks like one."""

JOINERS = "\u200c\u200d"
"""The zero-width non-joiner and joiner: junk between Latin letters, spelling in Persian, Sinhala and other scripts."""

INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff",
    )
)
"""What comes along when people paste, and nobody sees: soft hyphens, zero-width characters, marks of direction. Without
those that turn the direction of letters round: with them, what is seen is not what it says."""

_UNSEEN = {code: None for code in INVISIBLE if chr(code) not in JOINERS}

_STRAY_JOINER = re.compile(
    r"(?<![\u0600-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\uabff\U00010a00-\U00011fff])[\u200c\u200d]+"
    r"|(?<=[\u200c\u200d])[\u200c\u200d]+|\u200c(?!\w)"
)
"""A joiner behind no letter of a script that joins letters or stacks them, behind another one, or at a word's end."""

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Letters and digits as East Asian keyboards may type them."""

END = re.compile(r"[\s.,;]+$")
"""What the end of a sentence leaves behind a pasted address or number."""

NOTHING = re.compile(r"n ?/ ?a|n\.a\.|none|-+", re.IGNORECASE)
"""What people type where they have nothing to enter. Not ``na``, which is a name."""


def line(text: str, *, longest: int, required: bool = True) -> str:
    """The text in NFC, its white space folded to single blanks, without what nobody sees in it.

    Empty only where it is not required.

    Raises:
        Invalid: ``missing``, ``too-long`` (over `longest` characters) or ``unprintable`` (control characters).

    """
    if len(text) > 4 * longest:
        raise Invalid("too-long")
    folded = visible(text)
    if not folded and required:
        raise Invalid("missing")
    if len(folded) > longest:
        raise Invalid("too-long")
    if any(map(_is_unprintable, folded)):
        raise Invalid("unprintable")
    return folded


def _is_unprintable(character: str) -> bool:
    """Whether it is a control, private or no character. What Python's Unicode does not know yet may be a new letter."""
    category = unicodedata.category(character)
    if category == "Cn":
        return ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF or ord(character) >> 16 == 14
    return category in ("Cc", "Cs", "Co") or (category == "Cf" and character not in JOINERS)


def unless_none(typed: str) -> str:
    """What was typed into a field that may be empty; nothing where it says that there is nothing."""
    return "" if NOTHING.fullmatch(plain_dashes(typed)) else typed


def visible(text: str) -> str:
    """The text in NFC on one line, as people see it: full-width letters folded, nothing unseen but joiners."""
    return " ".join(unicodedata.normalize("NFC", without_strays(text.translate(_UNSEEN).translate(FULL_WIDTH))).split())


def without_strays(text: str) -> str:
    """The text without zero-width joiners where they join no letters."""
    return _STRAY_JOINER.sub("", text)


def plain_dashes(text: str) -> str:
    """The text with compatibility forms folded (NFKC), every kind of dash as a hyphen, and nothing invisible."""
    return unicodedata.normalize("NFKC", text.translate(INVISIBLE)).translate(DASHES)
