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
    """Prints a table."""
    screen().print(make_table(columns, rows))


def make_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    numbers: Iterable[str] = (),
    gap: int = 2,
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
    """Prints a paragraph: wrapped on a screen, in one line elsewhere."""
    from rich.text import Text  # noqa: PLC0415

    out = screen()
    blank = " " * indent
    folded = Text(text, style=style).wrap(out, out.width - indent)
    for line in folded:
        out.print(Text(blank) + line, soft_wrap=True)


def print_beside(head: Text, text: str, style: str = "") -> None:
    """Prints a paragraph to the right of its heading, wrapped with a hanging indent."""
    from rich.text import Text  # noqa: PLC0415

    out = screen()
    for number, line in enumerate(Text(text, style=style).wrap(out, max(20, out.width - len(head)))):
        out.print(Text.assemble(Text(" " * len(head)) if number else head, line), soft_wrap=True)


def screen() -> Console:
    """Standard output: in color in a terminal, as wide as needed elsewhere."""
    from services.console.output.standard_output import StandardOutput  # noqa: PLC0415

    console = StandardOutput(highlight=False)
    return console if console.is_terminal else StandardOutput(highlight=False, width=PIPE_WIDTH)


def is_screen() -> bool:
    """Whether a person is looking at standard output."""
    return sys.stdout.isatty()
