"""A chart of lines over time: the plot as SVG, and what stands around it as text, so that it stays readable when small.

Numbers in the plot are per mille of its width and height. Nothing in it has a style of its own (the strict policy).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

WIDTH, HEIGHT = 1000, 1000
STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Line:
    """One line: a value for each point in time. None: nobody knows."""

    name: str
    values: Sequence[float | None]

    @property
    def known(self) -> list[float]:
        """The values that are known."""
        return [value for value in self.values if value is not None]


@dataclass(frozen=True)
class Chart:
    """Lines over the same times."""

    title: str
    unit: str
    times: Sequence[datetime]
    lines: Sequence[Line]

    @property
    def ceiling(self) -> float:
        """The value at the top: 1, 2 or 5 times a power of ten, not below the highest value."""
        return find_ceiling(max((value for line in self.lines for value in line.known), default=0))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known."""
        return not any(line.known for line in self.lines)

    @property
    def summary(self) -> str:
        """What a person hears instead of seeing it."""
        return "; ".join(f"{line.name}: {_summarize(line.known)}" for line in self.lines)

    def draw(self) -> list[Markup]:
        """The path of each line, in the order of the lines."""
        return [Markup(draw_path(line.values, self.ceiling)) for line in self.lines]  # noqa: S704  # numbers only

    def list_rows(self, most: int) -> list[tuple[datetime, list[float | None]]]:
        """The figures, thinned to so many rows: the highest of each span, from its beginning."""
        size = max(1, -(-len(self.times) // most))
        return [
            (self.times[start], [find_highest(line.values[start : start + size]) for line in self.lines])
            for start in range(0, len(self.times), size)
        ]


def find_ceiling(highest: float) -> float:
    """A round number that is not below this one, at least 1."""
    power = 1
    while True:
        for step in STEPS:
            if step * power >= highest:
                return step * power
        power *= 10


def find_highest(values: Sequence[float | None]) -> float | None:
    """The highest known value; None if none is known."""
    known = [value for value in values if value is not None]
    return max(known) if known else None


def draw_path(values: Sequence[float | None], ceiling: float) -> str:
    """The ``d`` of an SVG path. It has a gap where nothing is known; a lone point becomes a short line."""
    step = WIDTH / max(1, len(values) - 1)
    path, is_drawing = "", False
    for index, value in enumerate(values):
        if value is None:
            is_drawing = False
            continue
        x, y = round(index * step), round(HEIGHT - HEIGHT * min(value, ceiling) / ceiling)
        path += f"{'L' if is_drawing else 'M'}{x} {y}" + ("" if is_drawing else "h1")
        is_drawing = True
    return path


def _summarize(known: Sequence[float]) -> str:
    if not known:
        return "nothing known"
    return f"now {known[-1]:,.10g}, highest {max(known):,.10g}"
