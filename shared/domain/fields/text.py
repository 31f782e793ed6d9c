"""One line of typed text: what all fields of the form have in common."""

import re
import unicodedata

from shared.domain.errors import Invalid

DASHES = dict.fromkeys(
    map(
        ord,
        "-\u058a\u05be\u1400\u1806\u2010\u2011\u2012\u2013\u2014\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030"
        "\u30a0\ufe31\ufe32\ufe58\ufe63\uff0d\u02d7\u2043\u2212\u2500\u2796\u30fc",
    ),
    "-",
)
"""Every dash that keyboards and word processors put in place of a hyphen, and whatever looks like one."""

JOINERS = "\u180e\u200c\u200d"
"""The Mongolian vowel separator, the zero-width non-joiner and joiner: junk between Latin letters, spelling in Persian,
Sinhala and other scripts."""

INVISIBLE = dict.fromkeys(
    map(
        ord,
        "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u2060\u2066\u2067\u2068\u2069\ufeff"
        "\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0",
    )
)
"""Invisible characters in pasted text: soft hyphens, zero-width characters, direction marks, blank letters. Not the
ones that reverse the direction of letters: they make text look different from what it says."""

LEFT_TO_RIGHT = "\u202d"
"""Address books put it before a number to keep its direction. It reverses letters of right-to-left scripts."""

_UNSEEN = {code: None for code in INVISIBLE if chr(code) not in JOINERS}

_JOINED = (
    "\u0600-\u0dff\u0f00-\u109f\u1700-\u180d\u180f-\u1c7f\u1cd0-\u1cff\u2d30-\u2d7f\ua800-\uabff"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
"""Unicode blocks of scripts that join or stack letters, from Arabic and Devanagari to Adlam."""

_STRAY_JOINER = re.compile(
    rf"(?<![{_JOINED}])[{JOINERS}]+|(?<=[{JOINERS}])[{JOINERS}]+|\u200c(?![{JOINERS}]*[{_JOINED}])"
)
"""A joiner that follows no letter or mark of such a script, or follows a joiner; a non-joiner at a word's end."""

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Letters and digits that East Asian keyboards may type."""

_VARIATION = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Variation selectors, which choose between glyphs of one letter."""

END = re.compile(r"(?<![\s.,;])[\s.,;]++$")
"""What the end of a sentence leaves after a pasted address or number. Found in one pass."""

_QUOTED = re.compile(
    r"""(['"`<(\[\u2018\u201c\u201e\u00ab])(.*)(['"`>)\]\u2019\u201c\u201d\u00bb])|['\u2018](.*)""", re.DOTALL
)
"""A text in quotation marks or brackets, or with the mark that spreadsheets put before text."""

NOTHING = re.compile(r"n ?[/\\] ?a|n\. ?a|none|not applicable|-+", re.IGNORECASE)
"""What people type when they have nothing to enter. Not ``na``, which is a name."""


def read_line(text: str, *, longest: int, required: bool = True) -> str:
    """The text in NFC, with white space collapsed to single spaces and without invisible characters.

    Empty only if it is not required.

    Raises:
        Invalid: ``missing``, ``too-long`` (over `longest` characters) or ``unprintable`` (control characters).

    """
    if len(text) > 4 * longest:
        raise Invalid("too-long")
    folded = keep_visible(text)
    if required and all(unicodedata.category(character)[0] == "M" for character in folded):
        raise Invalid("missing")
    if len(folded) > longest:
        raise Invalid("too-long")
    if any(map(_is_unprintable, folded)):
        raise Invalid("unprintable")
    return folded


def _is_unprintable(character: str) -> bool:
    """Whether it is a control, private-use or replacement character, or none at all.

    A code point unknown to Python's Unicode may be a new letter, except in ranges reserved for invisible characters.
    """
    category, code = unicodedata.category(character), ord(character)
    if category == "Cn":
        return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or code >> 16 == 14 or code >> 4 in (0x206, 0xFFF)
    return (
        category in ("Cc", "Cs", "Co") or (category == "Cf" and character not in JOINERS) or character in "\ufffc\ufffd"
    )


def is_letter(character: str) -> bool:
    """Whether it can be part of a word: a letter, digit or vowel sign, or perhaps a letter too new for Python."""
    if character.isalnum():
        return True
    category = unicodedata.category(character)
    if category in ("Mn", "Mc"):
        return not unicodedata.combining(character) and not _VARIATION.match(character)
    return category == "Cn"


def clear_placeholder(typed: str) -> str:
    """The typed text; empty if it only says that there is nothing to enter."""
    return "" if NOTHING.fullmatch(END.sub("", unquote(replace_dashes(typed)))) else typed


def unquote(text: str) -> str:
    """The text without enclosing quotation marks or brackets."""
    quoted = _QUOTED.fullmatch(text)
    return (quoted[2] or quoted[4] or "").strip() if quoted else text


def keep_visible(text: str) -> str:
    """The text on one line as people see it: NFC, full-width letters folded, no invisible characters but joiners.

    Callers limit the length: sorting a long run of accents takes quadratic time. The same holds for the rest below.
    """
    return " ".join(
        unicodedata.normalize("NFC", drop_stray_joiners(text.translate(_UNSEEN).translate(FULL_WIDTH))).split()
    )


def keep_printable(text: str) -> str:
    """The visible text, with spaces for unprintable characters. For records, because nobody can retype them."""
    return " ".join(
        "".join(" " if _is_unprintable(character) else character for character in keep_visible(text)).split()
    )


def drop_stray_joiners(text: str) -> str:
    """The text without zero-width joiners that join no letters."""
    return _STRAY_JOINER.sub("", text)


def replace_dashes(text: str) -> str:
    """The text with compatibility forms folded (NFKC), every dash as a hyphen, and no invisible characters."""
    return unicodedata.normalize("NFKC", text.translate(INVISIBLE)).translate(DASHES)
