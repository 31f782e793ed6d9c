"""Names as emails say them: what people typed, or a record holds, and what it must not do to our words."""

import re
import unicodedata
from collections.abc import Iterator

from shared.domain.fields import text

MARKS = 4
"""Marks above and below one letter that a name may have: more than any alphabet's names need."""


def on_one_line(value: object) -> object:
    """What is filled in, without line breaks, invisible characters and towers of accents.

    No name makes a paragraph, hides one of its letters, or covers the lines around it.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):  # which is ours: a macro's
        return value
    if not value.isascii() or not value.isprintable():
        value = "".join(_as_seen(text.without_strays(value)))
    return " ".join(value.split())


def _as_seen(value: str) -> Iterator[str]:
    marks = 0
    for character in value:
        category = unicodedata.category(character)
        if category == "Cf":  # a joiner parts no marks from their letter
            if character in text.JOINERS:
                yield character
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= MARKS:
            yield " " if category == "Cc" else character


def unlinked(name: str) -> str:
    """A person's name with blanks where a mail program would see an address and make it a link.

    It was typed by somebody whom nobody knows yet, and stands in an email that people trust.
    """
    return re.sub(r"([.:@])(?=\w|//)", r"\1 ", str(on_one_line(name)))
