"""Makes names safe to show in emails: people typed them, or a record holds them."""

import re
import unicodedata
from collections.abc import Iterator

from shared.domain.fields import text

MARKS = 4
"""Accents that one letter of a name may have: more than any alphabet's names need."""


def put_on_one_line(value: object) -> object:
    """Removes line breaks, invisible characters and stacked accents from a value.

    So no name starts a paragraph, hides one of its letters, or covers the lines around it.
    """
    if not isinstance(value, str) or hasattr(value, "__html__"):  # ours: a macro's output
        return value
    if not value.isascii() or not value.isprintable():
        value = "".join(_drop_unseen(text.drop_stray_joiners(value)))
    return " ".join(value.split())


def _drop_unseen(value: str) -> Iterator[str]:
    marks = 0
    for character in value:
        category = unicodedata.category(character)
        if category == "Cf":  # a joiner does not separate marks from their letter
            if character in text.JOINERS:
                yield character
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= MARKS:
            yield " " if category == "Cc" else character


def break_links(name: str) -> str:
    """Puts spaces into a person's name where a mail program would see an address and make it a link.

    A stranger typed it, and it appears in an email that people trust.
    """
    return re.sub(r"([.:@])(?=\w|//)", r"\1 ", str(put_on_one_line(name)))
