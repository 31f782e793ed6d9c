"""Whether the sampled figures grow."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from tests.soak.sampling import Sample

WARM_UP = 0.5
"""The part of a run to ignore while caches fill, pools open and the allocator settles (measured: 30 min)."""

MEMORY_PER_HOUR = 1.0
"""MB that a process may grow per hour, by the run's slope."""

MEMORY_NOISE = 0.5
"""MB of growth to ignore: a short run's slope, scaled to an hour, would exaggerate a few pages."""

NOISE = {"files": 2, "connections": 2, "channels": 2, "messages": 5}
"""How much higher the minimum of the last quarter may be than that of the first judged quarter."""

SERVERS = frozenset({"mongod", "rabbitmq", "epmd", "inbox"})
"""Programs that are not ours, or that grow with their data: their memory and files are shown but not judged."""


@dataclass(frozen=True)
class Series:
    """One figure over the judged time."""

    what: str
    of: str
    seconds: Sequence[float]
    values: Sequence[float]

    @property
    def first(self) -> float:
        """The minimum of the first quarter, so that momentary use does not count."""
        return min(self.values[: max(1, len(self.values) // 4)])

    @property
    def last(self) -> float:
        """The minimum of the last quarter."""
        return min(self.values[-max(1, len(self.values) // 4) :])

    @property
    def per_hour(self) -> float:
        """The median slope between any two samples (Theil-Sen), which outliers do not affect."""
        points = list(zip(self.seconds, self.values, strict=True))
        slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x2 > x1]
        return 3600 * statistics.median(slopes) if slopes else 0.0

    @property
    def grows(self) -> bool:
        """Whether it grows beyond noise."""
        if self.of in SERVERS and self.what in ("memory", "files"):
            return False
        if self.what != "memory":
            return self.last - self.first > NOISE[self.what]
        over = (self.seconds[-1] - self.seconds[0]) / 3600
        return self.per_hour >= MEMORY_PER_HOUR and self.per_hour * over >= MEMORY_NOISE


def series(samples: Sequence[Sample]) -> Iterator[Series]:
    """Every figure after the warm-up."""
    end = max((each.seconds for each in samples), default=0)
    judged = sorted((each for each in samples if each.seconds >= WARM_UP * end), key=lambda each: (each.what, each.of))
    for (what, of), found in groupby(judged, key=lambda each: (each.what, each.of)):
        values = list(found)
        yield Series(what, of, [each.seconds for each in values], [each.value for each in values])


def table(found: Iterable[Series]) -> str:
    """A table with one line per figure."""
    lines = [f"{'what':12} {'of':32} {'first':>9} {'last':>9} {'most':>9} {'per hour':>9}"]
    for each in found:
        figures = (each.first, each.last, max(each.values), each.per_hour)
        note = "  GROWS" if each.grows else ""
        lines.append(f"{each.what:12} {each.of:32} " + " ".join(f"{figure:9.2f}" for figure in figures) + note)
    return "\n".join(lines)
