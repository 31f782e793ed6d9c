"""Which of the known places somebody means: the rules that the details page's scripts know too (`match-choice.js`)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.domain.errors import Invalid

SHORTEST_PART: Final = 3
"""Characters that the part of a name needs: two letters are a code."""

SMALL: Final = frozenset({"the", "of", "and", "de"})
"""Words that people put in or leave out as they please: ``Bahamas, The``, ``Republic of Niger``."""

ABBREVIATED: Final = {"rep": "republic", "dem": "democratic"}

_APOSTROPHES = re.compile("['`\u00b4\u02b9-\u02bf\u02c8\u2018\u2019\u201b\u2032]")


@dataclass(frozen=True)
class PlaceNames:
    """The places that one field knows."""

    codes: Mapping[str, str]
    """By their spellings, which are folded."""

    in_full: frozenset[str] = frozenset()
    """Spellings of which no part counts where another place has it too: ``Washington`` is not ``Washington, D.C.``"""

    part_of: Mapping[str, str] = field(default_factory=dict)
    """What a place belongs to, and people write behind it: ``Hong Kong, China``."""

    forms: frozenset[str] = frozenset()
    """Words that say what kind of place it is, and not which: ``Kingdom of``, ``State``."""

    vague: frozenset[str] = frozenset()
    """Words that alone mean no place, though one alone has them: ``Dutch`` is not the Dutch part of Saint Martin."""


def folded(text: str) -> str:
    """The text without case, accents, punctuation and small words; ``U.S.A.`` in one word; ``St.`` written out."""
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).lower()
    seen = "".join(c for c in decomposed if unicodedata.category(c)[0] != "M" and unicodedata.category(c) != "Cf")
    words = re.findall(r"[^\W_]+", _APOSTROPHES.sub("", seen).replace("&", " and "))
    joined = re.sub(r"\b(\w) (?=\w\b)", r"\1", " ".join(words)).split()
    content = [word for word in joined if word not in SMALL] or joined
    return " ".join(_written_out(word, last=place == len(content)) for place, word in enumerate(content, 1))


def _written_out(word: str, *, last: bool) -> str:
    return "saint" if word == "st" and not last else ABBREVIATED.get(word, word)


def match(typed: str, places: PlaceNames) -> str:
    """The code of the place that is spelled so; else of the only one that begins so, else of the only one with words
    that are these or begin so: ``N. Car``, ``emirates``.

    Raises:
        Invalid: ``unknown``, or ``ambiguous`` where several are meant.

    """
    if code := spelled(typed, places):
        return code
    text = folded(typed)
    words = text.split()
    if len(text) < SHORTEST_PART:
        raise Invalid("unknown")
    if (places.forms | places.vague).issuperset(words):
        raise Invalid("ambiguous")
    found = next(filter(None, (list(filter(part.search, places.codes)) for part in _parts(words))), [])
    counted = [spelling for spelling in found if spelling not in places.in_full] or found
    meant = {places.codes[spelling] for spelling in counted}
    if len(meant) != 1:
        raise Invalid("ambiguous" if found else "unknown")
    return meant.pop()


def spelled(typed: str, places: PlaceNames) -> str | None:
    """The code of the place that is spelled so, alone, with its form or with what it belongs to, if any."""
    text = folded(typed)
    words = text.split()
    return places.codes.get(text) or _with_form(words, places) or _with_addition(words, places)


def _with_form(words: list[str], places: PlaceNames) -> str | None:
    """``Republic of Turkey``, ``Washington State``. Not where a republic is another place: that of China is Taiwan."""
    rest = list(words)
    while rest and rest[0] in places.forms:
        del rest[0]
    while rest and rest[-1] in places.forms:
        del rest[-1]
    name = " ".join(rest)
    code = places.codes.get(name) if rest != words else None
    return code if code == places.codes.get(f"republic {name}", code) else None


def _with_addition(words: list[str], places: PlaceNames) -> str | None:
    """A place twice, or with what it belongs to: ``Burma (Myanmar)``, ``England, UK``, ``China, Hong Kong SAR``."""
    for cut in range(1, len(words)):
        first, second = places.codes.get(" ".join(words[:cut])), places.codes.get(" ".join(words[cut:]))
        if not first or not second or words[:cut] == words[cut:]:
            continue
        if second in (first, places.part_of.get(first)):
            return first
        if first == places.part_of.get(second):
            return second
    return None


def _parts(words: list[str]) -> Iterator[re.Pattern[str]]:
    """How the text may be part of a spelling, the surest first.

    Its beginning, the beginnings of its first words, whole words of it, the beginnings of some of its words in a row.
    """
    text, beginnings = " ".join(words), r"\S* ".join(words)
    for pattern in (f"^{text}", f"^{beginnings}", f"(^| ){text}( |$)", f"(^| ){beginnings}"):
        yield re.compile(pattern)
