"""How many cases each target gets, and how long one may take."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time
from typing import Any

from hypothesis import HealthCheck, settings

SCALE = settings.get_profile("every-build").max_examples
"""Cases of a property in `make test`. `make fuzz` has fifty times as many, and so has each target here."""

IS_SEARCH = settings().max_examples > SCALE
"""Whether there is time for more than `make test` tries."""

LONGEST_CASE = 3.0
"""Seconds of CPU that one case may take. Most take less than a millisecond, but a collector may run."""


def cases(number: int) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Tries this many cases in `make test`: two thousand in all files of this folder."""
    return settings(
        max_examples=max(1, number * settings().max_examples // SCALE),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@contextmanager
def soon() -> Iterator[None]:
    """Fails if what is inside takes longer than `LONGEST_CASE`."""
    begun = process_time()
    yield
    assert process_time() - begun < LONGEST_CASE, "it takes too long"
