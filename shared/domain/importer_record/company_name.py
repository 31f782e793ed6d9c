"""Company names, and when a typed name matches a CBP Form 5106 record."""

import re
import unicodedata
from collections.abc import Iterator

from shared.domain.errors import Invalid
from shared.domain.fields.text import INVISIBLE, is_letter, read_line
from shared.domain.importer_record.legal_forms import shorten

LONGEST = 120

CUT_AT = 32
"""Characters in a name in older records, which cut off longer names (CATAIR, ADD-5106)."""

ENOUGH = 12
"""Letters and digits of a cut-off name that must match."""

COARSE, COARSE_BEGINNING = 16, 5
"""Letters of a name that count when guesses are limited, and of its beginning."""

_NOT_COUNTED = re.compile("[& AEaehndt]")
"""The letters of `and`, of `the` and of umlauts."""

_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "oE", "ł": "l", "đ": "d", "\u0131": "i"}
    | dict.fromkeys(["'", "\u2019", "\u02bb", "\u02bc", "."])
)
"""Letters whose accent Unicode does not decompose; apostrophes and dots, which do not separate words. CBP's records use
plain capitals."""

_UMLAUTS = re.compile("([aou])\u0308|(a)\u030a")
"""Letters that may be written with a second letter: ä as ae, å as aa. The second is `OPTIONAL`."""

OPTIONAL = frozenset("AE")
"""The marks for such letters. All other compared letters are lower case."""

_AND = re.compile("[&+]")

_PART = re.compile(r"(?<!\w)(?:(d[/.]?b[/.]?a|a[/.]?k[/.]?a)\.?|c/o|div(?:ision|\.)? of)(?!\w)", re.IGNORECASE)
"""What separates the names in one record. Only the first two precede another name of the same company."""


def parse(text: str) -> str:
    """The name on one line. Raises `Invalid`: ``missing``, ``too-long``, ``unprintable``, ``malformed``."""
    name = read_line(text, longest=LONGEST)
    if not any(map(is_letter, name)):
        raise Invalid("malformed")
    return name


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same. Case, accents, punctuation, spacing and spellings of legal forms do not matter.

    ``&``, ``+`` and ``and`` are the same, a leading ``The`` does not matter, ä may be a or ae. Nothing else is guessed,
    and legal forms count: ``Acme Inc`` and ``Acme LLC`` are two companies. Symmetric.

    >>> same_name("Société Générale Import, Incorporated", "SOCIETE GENERALE IMPORT INC.")
    True
    """
    return any(_may_be(a, b) for a, b in zip(_make_comparable(one), _make_comparable(other), strict=True))


def make_coarsest(name: str) -> str:
    """One form of nearly all spellings that match the same record. Only for counting guesses: companies may share it.

    It lacks every letter that a spelling may add or leave out, and ends after `COARSE` letters: any name that begins
    with a cut-off record matches that record.
    """
    return _NOT_COUNTED.sub("", shorten(shorten(_keep_words(name)).replace(" ", "")))[:COARSE]


def record_matches(record: str, typed: str) -> bool:
    """Whether a typed name matches the record: all of it, or one of its names. The typed name is never split.

    A record of `CUT_AT` characters may have been cut off, so a name that begins with it matches too.
    """
    if any(same_name(name, typed) for name in _list_names(record)):
        return True
    return len(record) == CUT_AT and any(_begins(name, typed) for name in (record, _find_last_part(record)))


def _list_names(record: str) -> Iterator[str]:
    """The whole record, the part before each mark, and the name after a DBA or AKA."""
    yield record
    marks = [mark for mark in _PART.finditer(record) if any(map(str.isalnum, record[: mark.start()]))]
    ends = [*(mark.start() for mark in marks[1:]), len(record)]
    for mark, end in zip(marks, ends, strict=True) if marks else ():
        yield record[: mark.start()]
        if mark[1]:
            yield record[mark.end() : end]


def _find_last_part(record: str) -> str:
    """The last DBA or AKA name, which a cut may have left incomplete; empty if there is none at the end."""
    marks = list(_PART.finditer(record))
    return record[marks[-1].end() :] if marks and marks[-1][1] and record[: marks[-1].start()].strip() else ""


def _begins(cut: str, typed: str) -> bool:
    """Whether a typed name begins with a cut-off name, before legal forms are unified."""
    for spell in (_drop_and, _spell_and):
        beginning, whole = (re.sub(" ", "", spell(_keep_words(name))) for name in (cut, typed))
        if len(beginning) >= ENOUGH and _may_be(beginning, whole, to_the_end=False):
            return True
    return False


def _make_comparable(name: str) -> tuple[str, str]:
    """Two forms: one by words, one by letters only, because spaces do not matter."""
    words = _keep_words(name)
    return shorten(_drop_and(words)).replace(" ", ""), shorten(re.sub("[ &]", "", words))


def _keep_words(name: str) -> str:
    """The words in lower case, without accents and punctuation except ``&``, with `OPTIONAL` letters marked."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold()).translate(_LETTERS)
    marked = _UMLAUTS.sub(lambda found: f"{found[1]}E" if found[1] else "aA", folded)
    letters = (c for c in _AND.sub(" & ", marked.translate(INVISIBLE)) if not unicodedata.combining(c))
    plain = "".join(c if c == "&" or is_letter(c) else " " for c in letters)
    return " ".join(plain.split()).removeprefix("& ")


def _drop_and(words: str) -> str:
    kept = [word for word in words.split() if word not in ("&", "and")]
    return " ".join(kept[1:] if len(kept) > 1 and kept[0] == "the" else kept)


def _spell_and(words: str) -> str:
    return re.sub(r"^the (?=.)", "", words.replace("&", "and"))


def _may_be(one: str, other: str, *, to_the_end: bool = True) -> bool:
    """Whether one can be read as the other, or as its beginning, with or without `OPTIONAL` letters."""
    if one == other:
        return True
    if OPTIONAL.isdisjoint(one + other):
        return not to_the_end and other.startswith(one)
    reached = _skip_optional({0}, other)
    for letter in one:
        step = {at + 1 for at in reached if at < len(other) and other[at].lower() == letter.lower()}
        reached = _skip_optional(step | reached if letter in OPTIONAL else step, other)
    return len(other) in reached if to_the_end else bool(reached)


def _skip_optional(places: set[int], text: str) -> set[int]:
    """These positions in a text, and the positions after skipping an `OPTIONAL` letter."""
    return places | {at + 1 for at in places if at < len(text) and text[at] in OPTIONAL}
