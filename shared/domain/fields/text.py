"""One line of text as people type it: what every field of the form has in common."""

import re
import unicodedata

from shared.domain.errors import Invalid

_PUNCTUATION = (chr(code) for code in range(0x10000) if unicodedata.category(chr(code)) == "Pd")
DASHES = dict.fromkeys(map(ord, (*_PUNCTUATION, *"\u02d7\u2043\u2212\u2500\u2796\u30fc")), "-")
"""Every dash that keyboards and word processors put where a hyphen was meant, and what looks like one."""

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
"""What comes along when people paste, and nobody sees: soft hyphens, zero-width characters, marks of direction, letters
that are blank. Without those that turn the direction of letters round: with them, what is seen is not what it says."""

LEFT_TO_RIGHT = "\u202d"
"""What address books put before a number so that it is not turned round. It turns round letters of other scripts."""

_UNSEEN = {code: None for code in INVISIBLE if chr(code) not in JOINERS}

_JOINED = (
    "\u0600-\u0dff\u0f00-\u109f\u1700-\u180d\u180f-\u1c7f\u1cd0-\u1cff\u2d30-\u2d7f\ua800-\uabff"
    "\U00010a00-\U00011fff\U0001e900-\U0001e95f"
)
"""Blocks of the scripts that join letters or stack them, from Arabic and Devanagari to Adlam."""

_STRAY_JOINER = re.compile(
    rf"(?<![{_JOINED}])[{JOINERS}]+|(?<=[{JOINERS}])[{JOINERS}]+|\u200c(?![{JOINERS}]*[{_JOINED}])"
)
"""A joiner behind no letter or mark of such a script, or behind another joiner; a non-joiner at a word's end."""

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Letters and digits as East Asian keyboards may type them."""

_VARIATION = re.compile("[\u180b-\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""What chooses between pictures of one letter."""

END = re.compile(r"[\s.,;]+$")
"""What the end of a sentence leaves behind a pasted address or number."""

_QUOTED = re.compile(
    r"""(['"`<(\[\u2018\u201c\u201e\u00ab])(.*)(['"`>)\]\u2019\u201c\u201d\u00bb])|['\u2018](.*)""", re.DOTALL
)
"""A text in quotation marks or brackets, or as spreadsheets mark what is text."""

NOTHING = re.compile(r"n ?[/\\] ?a|n\. ?a|none|not applicable|-+", re.IGNORECASE)
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
    if required and all(unicodedata.category(character)[0] == "M" for character in folded):
        raise Invalid("missing")
    if len(folded) > longest:
        raise Invalid("too-long")
    if any(map(_is_unprintable, folded)):
        raise Invalid("unprintable")
    return folded


def _is_unprintable(character: str) -> bool:
    """Whether it is a control, private or no character, or stands where one was lost.

    What Python's Unicode does not know yet may be a new letter, but for the places that are kept for what nobody sees.
    """
    category, code = unicodedata.category(character), ord(character)
    if category == "Cn":
        return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or code >> 16 == 14 or code >> 4 in (0x206, 0xFFF)
    return (
        category in ("Cc", "Cs", "Co") or (category == "Cf" and character not in JOINERS) or character in "\ufffc\ufffd"
    )


def is_letter(character: str) -> bool:
    """Whether words are made of it: a letter or digit, a vowel sign, or what may be a letter that is too new."""
    if character.isalnum():
        return True
    category = unicodedata.category(character)
    if category in ("Mn", "Mc"):
        return not unicodedata.combining(character) and not _VARIATION.match(character)
    return category == "Cn"


def unless_none(typed: str) -> str:
    """What was typed into a field that may be empty; nothing where it says that there is nothing."""
    return "" if NOTHING.fullmatch(END.sub("", unquoted(plain_dashes(typed)))) else typed


def unquoted(text: str) -> str:
    """The text without quotation marks or brackets around all of it."""
    quoted = _QUOTED.fullmatch(text)
    return (quoted[2] or quoted[4] or "").strip() if quoted else text


def visible(text: str) -> str:
    """The text in NFC on one line, as people see it: full-width letters folded, nothing unseen but joiners."""
    return " ".join(unicodedata.normalize("NFC", without_strays(text.translate(_UNSEEN).translate(FULL_WIDTH))).split())


def printable(text: str) -> str:
    """The text as people see it, with blanks for what cannot be printed. For records: nobody can type them again."""
    return " ".join("".join(" " if _is_unprintable(character) else character for character in visible(text)).split())


def without_strays(text: str) -> str:
    """The text without zero-width joiners where they join no letters."""
    return _STRAY_JOINER.sub("", text)


def plain_dashes(text: str) -> str:
    """The text with compatibility forms folded (NFKC), every kind of dash as a hyphen, and nothing invisible."""
    return unicodedata.normalize("NFKC", text.translate(INVISIBLE)).translate(DASHES)
