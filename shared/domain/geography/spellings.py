"""Matches typed text with known places. The details page's script has the same rules (`match-choice.js`)."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from shared.domain.errors import Invalid

SHORTEST_PART: Final = 3
"""Minimum length of a partial name. Two letters are a code."""

SMALL: Final = frozenset({"the", "of", "and", "de"})
"""Words that people add or leave out: ``Bahamas, The``, ``Republic of Niger``."""

ABBREVIATED: Final = {"rep": "republic", "dem": "democratic"}

_APOSTROPHES = re.compile("['`\u00b4\u02b9-\u02bf\u02c8\u2018\u2019\u201b\u2032]")


@dataclass(frozen=True)
class PlaceNames:
    """The places that a field accepts."""

    codes: Mapping[str, str]
    """Codes by folded spelling."""

    in_full: frozenset[str] = frozenset()
    """Spellings that lose to other places if a partial name matches both: ``Washington`` is not ``Washington, D.C.``"""

    part_of: Mapping[str, str] = field(default_factory=dict)
    """What a place belongs to, which people may write after it: ``Hong Kong, China``."""

    forms: frozenset[str] = frozenset()
    """Words for a kind of place: ``Kingdom of``, ``State``."""

    vague: frozenset[str] = frozenset()
    """Words that alone mean no place, even if only one has them: ``Dutch`` is not the Dutch part of Saint Martin."""


def fold(text: str) -> str:
    """The text without case, accents, punctuation and small words; ``U.S.A.`` as one word, ``St.`` spelled out."""
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).lower()
    seen = "".join(c for c in decomposed if unicodedata.category(c)[0] != "M" and unicodedata.category(c) != "Cf")
    words = re.findall(r"[^\W_]+", _APOSTROPHES.sub("", seen).replace("&", " and "))
    joined = re.sub(r"\b(\w) (?=\w\b)", r"\1", " ".join(words)).split()
    content = [word for word in joined if word not in SMALL] or joined
    return " ".join(_write_out(word, last=place == len(content)) for place, word in enumerate(content, 1))


def _write_out(word: str, *, last: bool) -> str:
    return "saint" if word == "st" and not last else ABBREVIATED.get(word, word)


def match(typed: str, places: PlaceNames) -> str:
    """The code of the place with this spelling, or of the only place that it is part of: ``N. Car``, ``emirates``.

    Tries the beginning of a spelling first, then its words, whole or begun.

    Raises:
        Invalid: ``unknown``, or ``ambiguous`` if several match.

    """
    if code := find_exact(typed, places):
        return code
    text = fold(typed)
    words = text.split()
    if len(text) < SHORTEST_PART:
        raise Invalid("unknown")
    if (places.forms | places.vague).issuperset(words):
        raise Invalid("ambiguous")
    found = next(filter(None, (list(filter(part.search, places.codes)) for part in _list_parts(words))), [])
    counted = [spelling for spelling in found if spelling not in places.in_full] or found
    meant = {places.codes[spelling] for spelling in counted}
    if len(meant) != 1:
        raise Invalid("ambiguous" if found else "unknown")
    return meant.pop()


def find_exact(typed: str, places: PlaceNames) -> str | None:
    """The code of the place with this exact spelling, give or take its form or what it belongs to."""
    text = fold(typed)
    words = text.split()
    return places.codes.get(text) or _find_by_form(words, places) or _find_with_addition(words, places)


def _find_by_form(words: list[str], places: PlaceNames) -> str | None:
    """``Republic of Turkey``, ``Washington State``. Not if the republic is elsewhere: Republic of China is Taiwan."""
    rest = list(words)
    while rest and rest[0] in places.forms:
        del rest[0]
    while rest and rest[-1] in places.forms:
        del rest[-1]
    name = " ".join(rest)
    code = places.codes.get(name) if rest != words else None
    return code if code == places.codes.get(f"republic {name}", code) else None


def _find_with_addition(words: list[str], places: PlaceNames) -> str | None:
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


def _list_parts(words: list[str]) -> Iterator[re.Pattern[str]]:
    """Patterns for a text that is part of a spelling, most certain first.

    The beginning, the beginnings of the first words, whole words, the beginnings of any consecutive words.
    """
    text, beginnings = " ".join(words), r"\S* ".join(words)
    for pattern in (f"^{text}", f"^{beginnings}", f"(^| ){text}( |$)", f"(^| ){beginnings}"):
        yield re.compile(pattern)
