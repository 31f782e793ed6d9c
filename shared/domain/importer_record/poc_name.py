"""The point of contact's name in a 5106 record: a person's, or a department's. Emails greet with it.

Whoever can write records could otherwise say something in our emails. What is not a name is left out, not repaired.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from shared.domain.errors import Invalid
from shared.domain.fields.text import JOINERS, clear_placeholder, is_letter, read_line

LONGEST = 70
"""Characters, after white space is collapsed."""

MOST_DIGITS = 4
"""``Import Dept. 3``, but no telephone number."""

PUNCTUATION = " .,'\u2018\u2019\u02bb\u02bc-\u2010\u2011\u2013()/&\"\u201c\u201d\u00b7\u30fb\u05f3\u05f4"
"""What stands in names besides letters, marks and digits. No ``@``, ``:``, ``<``, ``=`` or ``+``."""

_TITLES = "dr|mr|mrs|ms|st|ste|jr|sr|prof|rev|hon|ing|dipl|lic|sra|srta|wm|chas|geo|attn|dept|no|co"
_LINK = re.compile(rf"(?!(?:{_TITLES})\.)\b[^\W\d_][\w-]+\.[^\W\d_]{{2,}}|\bwww\b", re.IGNORECASE)
"""What an email program may show as a link: two words with a dot between."""


class NameFault(StrEnum):
    """Why a name is left out."""

    TOO_LONG = "too long"
    UNPRINTABLE = "unprintable"
    NO_NAME = "markup, a number or a link"


@dataclass(frozen=True, slots=True)
class PocName:
    """A name that emails may show; or the reason that there is none."""

    name: str
    fault: NameFault | None = None


def read(text: str) -> PocName:
    """Reads a record's name. Raises nothing, because a record may contain anything. Empty is no fault."""
    try:
        name = clear_placeholder(read_line(text, longest=LONGEST, required=False))
    except Invalid as error:
        return PocName("", NameFault.TOO_LONG if error.rule == "too-long" else NameFault.UNPRINTABLE)
    if name and not _is_name(name):
        return PocName("", NameFault.NO_NAME)
    return PocName(re.sub(r"\.(?=[^\W\d_])", ". ", name))  # J.Lee: with a space, no email program makes it a link


def _is_name(name: str) -> bool:
    if not is_letter(name[0]) and name[0] not in "(\"'\u2018\u2019\u201c":
        return False
    if sum(map(str.isdigit, name)) > MOST_DIGITS or _LINK.search(name):
        return False
    return all(
        is_letter(letter) or letter in PUNCTUATION or letter in JOINERS or unicodedata.category(letter)[0] == "M"
        for letter in name
    ) and not all(letter.isdigit() or letter in PUNCTUATION for letter in name)
