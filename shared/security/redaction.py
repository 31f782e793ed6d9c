"""Recognizes by its format what a log must not show: IR#s, email addresses, verification codes.

Numbers and codes are found however people write them: with any dash, with spaces or underscores, or without separators.
The characters around them tell references, account numbers, UUIDs, times, versions and hostnames apart.

Some harmless text is hidden, too: in a string (not as a number), a bare count of nine or eleven digits; eight letters
and digits that could be a code, such as a short commit id. Some codes are not: letters with a vowel and without a digit
pass for a word (`accepted`) unless they are capitals with a dash; these are 4 %. With a space, a code must be
in capitals with a digit in each half, or it passes for two words.

The work grows in proportion to the text: all repeats are bounded or possessive, and an address can only begin where its
characters do.
"""

import re
from typing import Any

LONGEST = 8_192
"""Characters of a string to read. A longer one is cut, with a mark."""

DEEPEST = 20
"""Containers inside each other to read. Nothing that is logged has more than three."""

MARGIN = 400
"""Characters before the cut that go, too: half an address or number would not be recognized."""

SHORT, MOST = 64, 1_000
"""Characters of a text that is remembered once nothing had to be hidden in it, and how many such texts: log lines say
the same few words over and over. Texts with digits are not among them: most come once."""

DASHES = (
    r"\-\xad\u02d7\u058a\u05be\u1400\u1806\u2010-\u2015\u2043\u207b\u208b\u2212\u2500\u2796\u2e17\u2e1a\u2e3a\u2e3b\u2e40"
    r"\u2e5d\u301c\u3030\u30a0\u30fc\ufe31\ufe32\ufe58\ufe63\uff0d\U00010d6e\U00010ead"
)
"""Every dash of Unicode, and what looks like one, for a class of characters in a pattern."""

_DASH = f"[_{DASHES}]"
_SPACE = r"[^\S\r\n]"
_GAP = rf"(?:[_{DASHES}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|{_SPACE}){{1,4}}"
"""Between a number's parts: dashes, spaces, underscores, invisible characters."""

_UUID = r"(?<![\w-])[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}(?![\w-])"
"""Kept: message ids are what operators search for, and some of their parts look like numbers."""

_LOCAL = r"\w.!#$%&'*+/=?^`{|}~-"
_ADDRESS = rf"(?<![{_LOCAL}])[{_LOCAL}]++@[\w-]++(?:\.[\w-]++)++"

_SUFFIX = "[0-9A-HJ-NP-Ya-hj-np-y]"
_PARTED_NUMBER = (
    r"(?<!\d)(?<!\d[-.])"
    rf"(?:\d{{3}}{_GAP}\d\d{_GAP}\d{{4}}|\d{{3}}{_DASH}\d{{6}}|\d{{5}}{_DASH}\d{{4}}|\d{{6}}{_GAP}\d{{5}}"
    rf"|\d\d{_GAP}\d{{7}}(?:{_DASH}?{_SUFFIX}{{1,2}}|{_GAP}[0-9A-HJ-NP-Y]{{2}}(?!\w))?)"
    r"(?!\d|[-.]\d)"
)
_BARE_NUMBER = (
    r"(?<![^\W_])(?<!\d[-.,:+])"
    rf"(?:\d{{11}}|\d{{9}}(?:{_DASH}?{_SUFFIX}{{2}})?)"
    r"(?![^\W_]|[-.,:]\d)"
)

_UPPER, _SYMBOL = "[0-9A-HJKMNP-TV-Z]", "[0-9A-HJKMNP-TV-Za-hjkmnp-tv-z]"
_CODE = (
    r"(?<!\w)(?<!\w[-.])"
    rf"(?:{_UPPER}{{4}}[{DASHES}]{_UPPER}{{4}}"
    rf"|(?![A-Za-z]{{4}}.\d{{4}})(?:(?=.{{0,8}}\d)|(?!.{{0,8}}[aeyAEY])){_SYMBOL}{{4}}{_DASH}{_SYMBOL}{{4}}"
    rf"|(?=.{{0,7}}[A-Za-z])(?:(?=.{{0,7}}\d)|(?!.{{0,7}}[aeyAEY])){_SYMBOL}{{8}}"
    rf"|(?=.{{0,3}}\d)(?=.{{5,8}}\d)(?=.{{0,8}}[A-Z]){_UPPER}{{4}}{_SPACE}{_UPPER}{{4}})"
    r"(?!\w|[-.]\w)"
)
"""In capitals with a dash, any; otherwise what is no word: with a digit or without a vowel. Not ``smtp-0001``."""

_DIGIT = re.compile(r"\d")
_harmless: set[str] = set()

_PERSONAL = re.compile(f"(?P<kept>{_UUID})|(?P<email>{_ADDRESS})|{_PARTED_NUMBER}|{_BARE_NUMBER}|{_CODE}")


def redact(value: Any) -> Any:
    """The value with every address, number and code hidden, also inside containers, and long strings cut."""
    return _redact(value, DEEPEST)


def _redact(value: Any, deeper: int) -> Any:
    if isinstance(value, str):
        return _hide(value) if len(value) <= LONGEST else _hide_and_cut(value)
    if isinstance(value, dict):
        return {name: _redact(inner, deeper - 1) for name, inner in value.items()} if deeper else "... (cut)"
    if isinstance(value, list | tuple):
        return [_redact(inner, deeper - 1) for inner in value] if deeper else "... (cut)"
    return value


def _hide(text: str) -> str:
    if text in _harmless:
        return text
    hidden = _PERSONAL.sub(lambda found: found["kept"] or ("***@***" if found["email"] else "***"), text)
    if hidden == text and len(text) < SHORT and len(_harmless) < MOST and not _DIGIT.search(text):
        _harmless.add(text)
    return hidden


def _hide_and_cut(text: str) -> str:
    return f"{_hide(text[:LONGEST])[:-MARGIN]}... (cut; {len(text):,} characters)"
