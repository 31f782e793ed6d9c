"""Which of the known places somebody means: the rules that the details page's scripts know too (`matching.js`)."""

import re
import unicodedata
from collections.abc import Collection, Mapping

from shared.domain.invalid import Invalid

SHORTEST_PART = 3
"""Characters that the part of a name needs: two letters are a code."""


def folded(text: str) -> str:
    """The text without case, accents, punctuation and a leading article; ``&`` and ``St.`` written out."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().replace(".", "").replace("&", " and "))
    words = " ".join(re.findall(r"\w+", "".join(c for c in decomposed if not unicodedata.combining(c))))
    return re.sub(r"\bst (?=\w)", "saint ", re.sub(r"^the (?=\w)", "", words))


def match(typed: str, spellings: Mapping[str, str], *, in_full: Collection[str] = ()) -> str:
    """The code of the place with this spelling; else of the only one that begins so, else of the only one with words
    that begin so: ``N. Car``, ``emirates``. `spellings` are folded; `in_full` is never meant where another is.

    Raises:
        Invalid: ``unknown``, or ``ambiguous`` where several are meant.

    """
    text = folded(typed)
    if text in spellings:
        return spellings[text]
    if len(text) < SHORTEST_PART:
        raise Invalid("unknown")
    begun = {code for spelling, code in spellings.items() if spelling.startswith(text)}
    meant = begun or {code for spelling, code in spellings.items() if _has_words(spelling, text)}
    if len(meant) > 1:
        meant = meant.difference(in_full)
    if len(meant) > 1:
        raise Invalid("ambiguous")
    if not meant:
        raise Invalid("unknown")
    return meant.pop()


def _has_words(spelling: str, text: str) -> bool:
    """Whether some words of the spelling, one after another, begin like those of the text."""
    words, parts = spelling.split(), text.split()
    starts = range(len(words) - len(parts) + 1)
    return any(all(map(str.startswith, words[start:], parts)) for start in starts)
