"""Whether what was sampled grows."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby

from tests.soak.sampling import Sample

WARM_UP = 0.5
"""The part of a run that is not judged: caches fill, pools open, the allocator finds its level (measured: 30 min)."""

MEMORY_PER_HOUR = 1.0
"""MB. What a process may grow by in an hour, by the run's slope."""

MEMORY_NOISE = 0.5
"""MB. Growth below is none: a short run's slope, taken times an hour, would make much of a page here and there."""

NOISE = {"files": 2, "connections": 2, "channels": 2, "messages": 5}
"""By how much the least of the last quarter may lie above the least of the first that is judged."""

SERVERS = frozenset({"mongod", "rabbitmq", "epmd", "inbox"})
"""Not ours, or growing with what they are given to keep: their memory and files are shown, not judged."""


@dataclass(frozen=True)
class Series:
    """One figure over the time that is judged."""

    what: str
    of: str
    seconds: Sequence[float]
    values: Sequence[float]

    @property
    def first(self) -> float:
        """The least of the first quarter: what is in use for a moment does not count."""
        return min(self.values[: max(1, len(self.values) // 4)])

    @property
    def last(self) -> float:
        """The least of the last quarter."""
        return min(self.values[-max(1, len(self.values) // 4) :])

    @property
    def per_hour(self) -> float:
        """The slope: the median of those between any two samples (Theil-Sen), which outliers do not move."""
        points = list(zip(self.seconds, self.values, strict=True))
        slopes = [(y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x2 > x1]
        return 3600 * statistics.median(slopes) if slopes else 0.0

    @property
    def grows(self) -> bool:
        """Whether it grows, beyond what is noise."""
        if self.of in SERVERS and self.what in ("memory", "files"):
            return False
        if self.what != "memory":
            return self.last - self.first > NOISE[self.what]
        over = (self.seconds[-1] - self.seconds[0]) / 3600
        return self.per_hour >= MEMORY_PER_HOUR and self.per_hour * over >= MEMORY_NOISE


def series(samples: Sequence[Sample]) -> Iterator[Series]:
    """Every figure, after the warm-up."""
    end = max((each.seconds for each in samples), default=0)
    judged = sorted((each for each in samples if each.seconds >= WARM_UP * end), key=lambda each: (each.what, each.of))
    for (what, of), found in groupby(judged, key=lambda each: (each.what, each.of)):
        values = list(found)
        yield Series(what, of, [each.seconds for each in values], [each.value for each in values])


def table(found: Iterable[Series]) -> str:
    """One line a figure."""
    lines = [f"{'what':12} {'of':32} {'first':>9} {'last':>9} {'most':>9} {'per hour':>9}"]
    for each in found:
        figures = (each.first, each.last, max(each.values), each.per_hour)
        note = "  GROWS" if each.grows else ""
        lines.append(f"{each.what:12} {each.of:32} " + " ".join(f"{figure:9.2f}" for figure in figures) + note)
    return "\n".join(lines)
