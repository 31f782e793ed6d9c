"""When a queue will be empty. Pure: no server, no clock."""

from collections.abc import Iterable
from itertools import pairwise

STEP = 10.0
"""Seconds between two lengths that are compared: the broker's own are up to five seconds apart."""

FALLS = 3
"""How often in a row a queue has to fall before anything is said of its end."""

SPAN = 60.0
"""Seconds of lengths worth keeping."""

Length = tuple[float, int]
"""A time in seconds, and how many messages were ready."""


def estimate_drain(lengths: Iterable[Length]) -> float | None:
    """Seconds from the last length until the queue is empty, at its recent pace.

    None unless it fell steadily: at each of the last steps, and at each by at least half of the mean.
    """
    kept: list[Length] = []
    for at, count in sorted(lengths, reverse=True):
        if not kept or kept[-1][0] - at >= STEP:
            kept.append((at, count))
    if len(kept) <= FALLS:
        return None
    recent = kept[: FALLS + 1]
    (now, count), (then, before) = recent[0], recent[-1]
    mean = (before - count) / (now - then)
    paces = [(earlier - later) / (end - start) for (end, later), (start, earlier) in pairwise(recent)]
    if not count or mean <= 0 or min(paces) < mean / 2:
        return None
    return count / mean
