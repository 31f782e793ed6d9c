"""The importer record number (IR#), in the three formats of CBP Form 5106 (19 CFR 24.5)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.errors import Invalid
from shared.domain.fields.label import COUNTED, is_label
from shared.domain.fields.text import LEFT_TO_RIGHT, keep_visible, replace_dashes

LONGEST = 50
"""Characters that may be typed, including spaces and a label. The number itself has at most twelve."""

_WORDS = (
    "importer importers of record records identification identifier individual business company corporate employer "
    "employers fed federal tax taxid taxpayer taxpayers payer customs assigned code social security soc sec " + COUNTED
)
_ACRONYMS = "ir irs ior id ein fein tin itin ssn ss can cbp us usa"
"""Words in labels of copied numbers (CBP Form 5106, items 2A to 2D; ACE): ``IR#:``, ``I.R.S. No.``."""

_ITEM = re.compile(r"\W*(?:(?:item|box|block|field|line)\W*)?2 ?\.? ?[A-D]\b", re.IGNORECASE)
"""How Form 5106 numbers the items with the IR#."""

_BEFORE = (re.compile(r"\D+"), re.compile(r"\D*?(?=[OIZL]+\d)", re.IGNORECASE))
"""Where a label before a number may end: at the first digit, or at a letter typed in place of one."""

_AROUND = " .,;'\"`<>()[]\u2018\u2019\u201c\u201d\u201e\u00ab\u00bb"
"""Quotation marks, brackets and the end of a sentence."""

_BEHIND = re.compile(r"(?:\s+|(?=[(\[/,;]))\D*$")

_SUFFIX = "[0-9A-HJ-NP-Y]{2}"

_SUFFIX_PARTED = re.compile(rf"(\d{{2}}) ?[- ] ?(\d{{7}}) ?[- ] ?({_SUFFIX})", re.ASCII)

_LOOK_ALIKE = str.maketrans("OIZL", "0121")


class Format(StrEnum):
    """The format of an IR#."""

    EIN = "ein"
    CBP_ASSIGNED = "cbp-assigned"
    SOCIAL_SECURITY = "social-security"


_PATTERNS = {
    Format.EIN: re.compile(rf"\d{{2}}-\d{{7}}{_SUFFIX}", re.ASCII),
    Format.CBP_ASSIGNED: re.compile(r"\d{6}-\d{5}", re.ASCII),
    Format.SOCIAL_SECURITY: re.compile(r"\d{3}-\d{2}-\d{4}", re.ASCII),
}


def strip_label(text: str) -> str:
    """Pasted text without a label and the end of a sentence. Only the form uses this.

    A dash or space may separate an EIN from its suffix.
    """
    if len(text) > 4 * LONGEST:
        raise Invalid("too-long")
    bare = _strip_label_before(keep_visible(text.replace(LEFT_TO_RIGHT, "")).strip(_AROUND))
    number = bare if _is_number(bare) else _strip_label_after(bare)  # a suffix may look like a label: US
    parted = _SUFFIX_PARTED.fullmatch(replace_dashes(number).upper())
    return "{}-{}{}".format(*parted.groups()) if parted else number


def _strip_label_before(text: str) -> str:
    item = _ITEM.match(text)
    rest = text[item.end() :] if item else text
    for before in _BEFORE:
        if (label := before.match(rest)) and is_label(label[0], _WORDS, _ACRONYMS):
            return rest[label.end() :].strip(_AROUND)
    return rest.strip(_AROUND) if item else text


def _strip_label_after(text: str) -> str:
    label = _BEHIND.search(text)
    if label and is_label(label[0], _WORDS, _ACRONYMS):
        return text[: label.start()].strip(_AROUND)
    return text


def _is_number(text: str) -> bool:
    try:
        return bool(ImporterNumber.parse(text))
    except Invalid:
        return False


@dataclass(frozen=True)
class ImporterNumber:
    """A normalized IR#: upper case, with its format's hyphens."""

    value: str
    format: Format

    @classmethod
    def parse(cls, text: str) -> "ImporterNumber":
        """Reads typed text. Case, spaces and Unicode dashes do not matter, and spaces may replace the dashes.

        Raises:
            Invalid: ``missing``; ``too-long``; ``missing-suffix`` (an EIN without its last two characters);
                ``ambiguous`` (nine or eleven bare digits fit two formats); ``look-alike`` (a letter that no
                IR# contains where a digit belongs); ``malformed``.

        """
        if len(text) > 4 * LONGEST:
            raise Invalid("too-long")
        parts = replace_dashes(text).upper().split()
        spaced = "-".join(parts)
        typed = spaced if any(pattern.fullmatch(spaced) for pattern in _PATTERNS.values()) else "".join(parts)
        if not typed:
            raise Invalid("missing")
        if len(typed) > LONGEST:
            raise Invalid("too-long")
        if re.fullmatch(r"\d{9}|\d{11}", typed, re.ASCII):
            raise Invalid("ambiguous")
        if re.fullmatch(r"\d{2}-\d{7}", typed, re.ASCII):
            raise Invalid("missing-suffix")
        if re.fullmatch(rf"\d{{9}}{_SUFFIX}", typed, re.ASCII):  # has a letter: eleven digits were refused above
            typed = f"{typed[:2]}-{typed[2:]}"
        for kind, pattern in _PATTERNS.items():
            if pattern.fullmatch(typed):
                return cls(typed, kind)
        digits = typed.translate(_LOOK_ALIKE)
        raise Invalid("look-alike" if any(pattern.fullmatch(digits) for pattern in _PATTERNS.values()) else "malformed")

    @property
    def masked(self) -> str:
        """The number with all but its last four characters hidden: ``***-**-6789``."""
        return re.sub(r"[^-]", "*", self.value[:-4]) + self.value[-4:]

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"ImporterNumber({self.masked})"
