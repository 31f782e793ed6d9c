"""The text part's paragraphs, wrapped to the width that mail programs show."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from services.notifier.headers import COLUMNS
from services.notifier.slots import Slotted, has_slot


@dataclass(frozen=True)
class _Item:
    """A paragraph or list item with slots, which is wrapped once they are filled."""

    line: Slotted
    indent: str


class Paragraphs:
    """A text whose paragraphs without slots are wrapped once. A line that starts with ``- `` or ``1. `` is an item."""

    def __init__(self, text: str) -> None:
        self._pieces: list[str | _Item] = [""]
        for separator, item in _split(text):
            line, indent = " ".join(item.split()), _find_indent(item)
            self._add(separator)
            if has_slot(line):
                self._pieces.append(_Item(Slotted(line), indent))
            else:
                self._add(wrap_line(line, indent))
        self._add("\n")

    def _add(self, text: str) -> None:
        last = self._pieces[-1]
        self._pieces[-1:] = [last + text] if isinstance(last, str) else [last, text]

    def fill(self, values: Mapping[str, str]) -> str:
        """The text with these values."""
        return "".join(
            piece if isinstance(piece, str) else wrap_line(piece.line.fill(values), piece.indent)
            for piece in self._pieces
        )


def _split(text: str) -> Iterator[tuple[str, str]]:
    """Each paragraph or item with what separates it from the one before."""
    for number, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
        for place, item in enumerate(re.split(r"\n(?=- |\d+\. )", paragraph)):
            yield "\n" if place else "\n\n" if number else "", item


def _find_indent(item: str) -> str:
    sign = re.match(r"- |\d+\. |", item)
    return " " * (len(sign[0]) if sign else 0)


def wrap_line(line: str, indent: str = "") -> str:
    """Breaks a line at its spaces so that no line is over `COLUMNS` wide, except for one word."""
    if len(line) <= COLUMNS:
        return line
    first, *words = line.split(" ")
    lines = [first]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > COLUMNS:
            lines.append(indent + word)
        else:
            lines[-1] += f" {word}"
    return "\n".join(lines)
