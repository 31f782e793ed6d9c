"""The importer record number (IR#), in the three formats that CBP Form 5106 knows (19 CFR 24.5)."""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.invalid import Invalid
from shared.domain.text import END, plain_dashes, visible

LONGEST = 50
"""Characters that may be typed, with blanks and a label; the number itself has at most twelve."""

_LABEL_WORD = re.compile(
    "importers?|of|record|numbers?|no|nr|num|id|identif(ication|ier)|irs?|ior|f?ein|ssn|i?tin|tax(payer)?|federal|"
    "employers?|customs|cbp|assigned|social|security|us"
)
"""What labels are made of where a number was copied (CBP Form 5106, items 2A to 2D): ``IR#:``, ``I.R.S. No.``."""

_BEFORE = re.compile(r"[^\d'\"\u2018\u201c]+")
_BEHIND = re.compile(r"(?:\s+|(?=\())[^\d]*$")

_QUOTED = re.compile(r"""(['"(\u2018\u201c])(.*)(['")\u2019\u201d])|'(.*)""")
"""A number in quotation marks, or as spreadsheets mark what is text."""

_SUFFIX = "[0-9A-HJ-NP-Y]{2}"

_SUFFIX_PARTED = re.compile(rf"(\d{{2}} ?- ?\d{{7}}) ?- ?({_SUFFIX})", re.ASCII)

_LOOK_ALIKE = str.maketrans("OIZL", "0121")


class Format(StrEnum):
    """Which kind of number it is."""

    EIN = "ein"
    CBP_ASSIGNED = "cbp-assigned"
    SOCIAL_SECURITY = "social-security"


_PATTERNS = {
    Format.EIN: re.compile(rf"\d{{2}}-\d{{7}}{_SUFFIX}", re.ASCII),
    Format.CBP_ASSIGNED: re.compile(r"\d{6}-\d{5}", re.ASCII),
    Format.SOCIAL_SECURITY: re.compile(r"\d{3}-\d{2}-\d{4}", re.ASCII),
}


def without_label(text: str) -> str:
    """What a person pasted, without the label that came along and the end of the sentence, and without the dash that
    many put before an EIN's suffix. For the form only.
    """
    if len(text) > 4 * LONGEST:
        raise Invalid("too-long")
    number = _unlabeled(_unquoted(_unlabeled(_unquoted(END.sub("", visible(text))))))
    parted = _SUFFIX_PARTED.fullmatch(plain_dashes(number).upper())
    return "".join(parted.groups()) if parted else number


def _unquoted(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    return (quoted[2] or quoted[4] or "") if quoted else text


def _unlabeled(text: str) -> str:
    """The text without a label before the number or behind it."""
    number = END.sub("", text)
    for label in (_BEFORE.match(number), _BEHIND.search(number)):
        if label and _is_label(label[0]):
            number = number.replace(label[0], "", 1)
    return number


def _is_label(text: str) -> bool:
    """Whether a text holds nothing but the words of labels and what stands between them."""
    words = re.findall(r"[^\W_]+", text.replace(".", "").replace("'", "").lower())
    return all(map(_LABEL_WORD.fullmatch, words))


@dataclass(frozen=True)
class ImporterNumber:
    """An IR# in its normal form: upper case, hyphens where its format has them."""

    value: str
    format: Format

    @classmethod
    def parse(cls, text: str) -> "ImporterNumber":
        """Reads what a person typed: case, blanks and Unicode dashes do not matter. Blanks may stand for the dashes.

        Raises:
            Invalid: ``missing``; ``too-long``; ``missing-suffix`` (an EIN without its last two characters);
                ``ambiguous`` (nine or eleven bare digits fit two formats); ``look-alike`` (a letter that none has
                stands where a digit would be right); ``malformed``.

        """
        if len(text) > 4 * LONGEST:
            raise Invalid("too-long")
        parts = plain_dashes(text).upper().split()
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
        if re.fullmatch(rf"\d{{9}}{_SUFFIX}", typed, re.ASCII):  # with a letter: eleven digits were refused above
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
