"""Prints to standard output: for a person, or as JSON for a program.

Functions that draw load Rich. JSON and error messages do not need it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table
    from rich.text import Text

PIPE_WIDTH = 10_000
"""Characters. Lines in a pipe are never wrapped."""

GAP = 2
"""Blanks between two columns."""


def print_json(content: Any) -> None:
    """Prints JSON with times in ISO 8601."""
    json.dump(content, sys.stdout, indent=2, ensure_ascii=False, default=_encode)
    sys.stdout.write("\n")


def print_json_line(content: Any) -> None:
    """Prints JSON in one line and flushes it."""
    json.dump(content, sys.stdout, ensure_ascii=False, default=_encode)
    sys.stdout.write("\n")
    sys.stdout.flush()


def _encode(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


def print_facts(named: dict[str, str | None]) -> None:
    """Prints one value per line with its name; skips missing values."""
    from rich.text import Text  # noqa: PLC0415

    width = max(len(name) for name in named)
    for name, value in named.items():
        if value is not None:
            screen().print(Text(f"{name:<{width}}  {value}"), soft_wrap=True)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Prints a table; if it is wider than the screen, one line for each value, so that nothing is broken."""
    lines, out = [*rows], screen()
    widths = [max(map(len, column)) for column in zip(columns, *lines, strict=True)]
    if sum(widths) + GAP * (len(widths) - 1) <= out.width:
        out.print(make_table(columns, lines))
        return
    for number, row in enumerate(lines):
        if number:
            out.print()
        print_facts(dict(zip(columns, row, strict=True)))


def make_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    numbers: Iterable[str] = (),
    gap: int = GAP,
) -> Table:
    """A table with number columns aligned right."""
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    drawn = Table(box=None, pad_edge=False, padding=(0, gap, 0, 0))
    for name in columns:
        drawn.add_column(name, justify="right" if name in numbers else "left")
    for row in rows:
        drawn.add_row(*(cell if isinstance(cell, Text) else Text(cell, overflow="fold") for cell in row))
    return drawn


def print_lines(*shown: RenderableType) -> None:
    """Prints items one below the other."""
    out = screen()
    for each in shown:
        out.print(each)


def print_paragraph(text: str, style: str = "", indent: int = 0) -> None:
    """Prints a paragraph: folded on a screen, in one line elsewhere."""
    from rich.text import Text  # noqa: PLC0415

    from services.console.output.folding import fold  # noqa: PLC0415

    out = screen()
    for line in fold(text, out.width - indent):
        out.print(Text(" " * indent).append(line, style=style), soft_wrap=True)


def print_beside(head: Text, text: str, style: str = "") -> None:
    """Prints a paragraph to the right of its heading, wrapped with a hanging indent."""
    from rich.text import Text  # noqa: PLC0415

    from services.console.output.folding import fold  # noqa: PLC0415

    out = screen()
    for number, line in enumerate(fold(text, max(20, out.width - len(head)))):
        out.print(Text.assemble(Text(" " * len(head)) if number else head, (line, style)), soft_wrap=True)


def make_paragraph(text: str, style: str = "", indent: int = 0, head: Text | None = None) -> list[Text]:
    """A paragraph's lines after a heading, folded to the screen with a hanging indent, to be drawn with others."""
    from rich.text import Text  # noqa: PLC0415

    from services.console.output.folding import fold  # noqa: PLC0415

    begin = Text(" " * indent) + (head or Text())
    lines = fold(text, max(20, screen().width - len(begin)))
    starts = [begin, *([Text(" " * min(len(begin), indent + 4))] * (len(lines) - 1))]
    drawn = [Text.assemble(start, (line, style)) for start, line in zip(starts, lines, strict=True)]
    for each in drawn:
        each.no_wrap, each.overflow = True, "fold"
    return drawn


def screen() -> Console:
    """Standard output: in color in a terminal, as wide as needed elsewhere."""
    from rich.console import Console  # noqa: PLC0415

    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPE_WIDTH)


def is_screen() -> bool:
    """Whether a person is looking at standard output."""
    return sys.stdout.isatty()
