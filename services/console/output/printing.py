"""What commands print on standard output: for a person, or as JSON for a program."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 10_000
"""Characters: a line that goes into a pipe is never broken."""

NUMBER = "right"
"""How a column of numbers is set."""


def as_json(content: Any) -> None:
    """Prints JSON, times in ISO 8601."""
    json.dump(content, sys.stdout, indent=2, ensure_ascii=False, default=_plain)
    sys.stdout.write("\n")


def as_json_line(content: Any) -> None:
    """Prints JSON in one line, at once."""
    json.dump(content, sys.stdout, ensure_ascii=False, default=_plain)
    sys.stdout.write("\n")
    sys.stdout.flush()


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no JSON")


def facts(named: dict[str, str | None]) -> None:
    """Prints a value a line, those that are there, under their names."""
    width = max(len(name) for name in named)
    for name, value in named.items():
        if value is not None:
            screen().print(Text(f"{name:<{width}}  {value}"), soft_wrap=True)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], title: str | None = None) -> None:
    """Prints rows under their columns."""
    screen().print(tabled(columns, rows, title))


def tabled(
    columns: Sequence[str],
    rows: Iterable[Sequence[str | Text]],
    title: str | None = None,
    numbers: Iterable[str] = (),
    gap: int = 2,
) -> Table:
    """Rows under their columns, those that hold numbers set to the right."""
    drawn = Table(box=None, title=title, title_justify="left", pad_edge=False, padding=(0, gap, 0, 0))
    for name in columns:
        drawn.add_column(name, justify="right" if name in numbers else "left")
    for row in rows:
        drawn.add_row(*(cell if isinstance(cell, Text) else Text(cell, overflow="fold") for cell in row))
    return drawn


def lines(*shown: RenderableType) -> None:
    """Prints whatever can be drawn, one below the other."""
    out = screen()
    for each in shown:
        out.print(each)


def paragraph(text: str, style: str = "", indent: int = 0) -> None:
    """Prints a paragraph, folded on a screen and in one line anywhere else."""
    out = screen()
    blank = " " * indent
    folded = Text(text, style=style).wrap(out, out.width - indent)
    for line in folded:
        out.print(Text(blank) + line, soft_wrap=True)


def beside(head: Text, text: str, style: str = "") -> None:
    """Prints a paragraph to the right of its heading, folded below itself."""
    out = screen()
    for number, line in enumerate(Text(text, style=style).wrap(out, max(20, out.width - len(head)))):
        out.print(Text.assemble(Text(" " * len(head)) if number else head, line), soft_wrap=True)


def screen() -> Console:
    """Standard output, in colors where it is a terminal, and as wide as it takes where it is not."""
    console = _Screen(highlight=False)
    return console if console.is_terminal else _Screen(highlight=False, width=PIPE_WIDTH)


def is_screen() -> bool:
    """Whether a person looks at standard output."""
    return sys.stdout.isatty()


class _Screen(Console):
    def on_broken_pipe(self) -> None:
        """Lets whoever runs the command end it: rich would end the process itself."""
        raise BrokenPipeError


UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def span(time: timedelta | float | None) -> str:
    """A span of time in the largest unit that says enough: ``90 s`` is ``1 min``."""
    if time is None:
        return "-"
    seconds = max(0.0, time.total_seconds() if isinstance(time, timedelta) else time)
    for size, unit in UNITS:
        if seconds >= size:
            return f"{seconds / size:.0f} {unit}" if seconds >= 2 * size or unit == "s" else _finer(seconds, size, unit)
    return "0 s"


def brief(seconds: float) -> str:
    """A span of time in four characters at most, up to 99 days: ``72s``, ``15m``, ``30h``, ``3d``."""
    for limit, size, unit in ((100, 1, "s"), (6_000, 60, "m"), (172_800, 3_600, "h")):
        if seconds < limit:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds / 86_400:.0f}d"


def _finer(seconds: float, size: int, unit: str) -> str:
    """Under two of a unit, with the next finer one: ``1 h 20 min``."""
    finer = {86_400: (3_600, "h"), 3_600: (60, "min"), 60: (1, "s")}[size]
    rest = int(seconds - size) // finer[0]
    return f"1 {unit} {rest} {finer[1]}" if rest else f"1 {unit}"


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago a time was."""
    return f"{span(now - at)} ago" if at else "unknown"


def when(at: datetime | None) -> str:
    """A time in UTC to the second."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC" if at else "-"
