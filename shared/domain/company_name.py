"""Company names, and when two of them are the same company's."""

import re
import unicodedata

from shared.domain.invalid import Invalid
from shared.domain.text import line

LONGEST = 120

_LEGAL_FORMS = {"incorporated": "inc", "company": "co", "corporation": "corp", "limited": "ltd"}
"""One spelling for each legal form. ``L.L.C.`` becomes ``llc`` by losing its dots. No form is ever dropped:
``Acme Inc`` and ``Acme LLC`` are two companies."""


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
    folded = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(character for character in folded if not unicodedata.combining(character))
    joined = re.sub(r"['.\u2019\u02bc`]", "", letters)
    words = re.findall(r"[^\W_]+", joined)
    return "".join(_LEGAL_FORMS.get(word, word) for word in words)
