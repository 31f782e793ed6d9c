"""Company names, and when two of them are the same company's."""

import re
import unicodedata

from shared.domain.invalid import Invalid
from shared.domain.text import line

LONGEST = 120

_LEGAL_FORMS = {"incorporated": "inc", "company": "co", "corporation": "corp", "limited": "ltd"}
"""One spelling for each legal form. ``L.L.C.`` becomes ``llc`` by losing its dots. No form is ever dropped:
``Acme Inc`` and ``Acme LLC`` are two companies. Found anywhere, because blanks do not count: ``Co.Limited``."""

_LONG_FORM = re.compile("|".join(_LEGAL_FORMS))

_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "\u0131": "i", "\u02bb": None, "\u02bc": None}
)
"""Letters whose accent Unicode does not part from them, and apostrophes that it takes for letters. CBP's records are in
plain capitals."""


def parse(text: str) -> str:
    """The name on one line. Raises `Invalid`: ``missing``, ``too-long``, ``unprintable``, ``malformed``."""
    name = line(text, longest=LONGEST)
    if not comparable(name):
        raise Invalid("malformed")
    return name


def comparable(name: str) -> str:
    """What is compared: no case, accents, punctuation or spacing, legal forms spelt one way.

    >>> comparable("Société Générale Import, Incorporated") == comparable("SOCIETE GENERALE IMPORT INC.")
    True
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    joined = "".join(filter(str.isalnum, folded.translate(_LETTERS)))
    while (spelt := _LONG_FORM.sub(lambda found: _LEGAL_FORMS[found[0]], joined)) != joined:
        joined = spelt
    return joined
