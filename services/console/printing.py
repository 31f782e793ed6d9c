"""What commands print on standard output: for a person, or as JSON for a program."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 10_000
"""Characters: a line that goes into a pipe is never broken."""


def as_json(content: Any) -> None:
    """Prints JSON, times in ISO 8601."""
    json.dump(content, sys.stdout, indent=2, ensure_ascii=False, default=datetime.isoformat)
    sys.stdout.write("\n")


def facts(named: dict[str, str | None]) -> None:
    """Prints a value a line, those that are there, under their names."""
    width = max(len(name) for name in named)
    for name, value in named.items():
        if value is not None:
            _console().print(Text(f"{name:<{width}}  {value}"), soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """Prints rows under their columns."""
    drawn = Table(*columns, box=None, title=title, title_justify="left", pad_edge=False, padding=(0, 2, 0, 0))
    for row in rows:
        drawn.add_row(*(Text(cell, overflow="fold") for cell in row))
    _console().print(drawn)


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=PIPE_WIDTH)
