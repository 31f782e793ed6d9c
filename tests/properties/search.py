"""Runs the machine: a fixed budget in every build, and new histories for as long as you like elsewhere.

``make properties``, or ``python -m tests.properties.search --minutes 60 --first 1000``.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from unittest import mock

import structlog
import typer
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.internal.conjecture.providers import HypothesisProvider
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.machine import Machine

EXAMPLES = 10
"""Histories per seed. Only a few, because Hypothesis varies what it tried before, and a new seed leads further."""

BUDGET = range(5, 13)
"""The seeds that every build tries, always the same, so that a red build has one cause."""

TRIES = settings(
    max_examples=EXAMPLES,
    stateful_step_count=20,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    phases=[Phase.generate],
    verbosity=Verbosity.quiet,
)
SHRINKS = settings(TRIES, phases=[Phase.generate, Phase.shrink], verbosity=Verbosity.normal)
"""Minimizes what it finds and shows it."""


def search(seeds: Iterable[int], how: settings = TRIES) -> None:
    """Tries these seeds' histories. Raises what the machine finds."""
    with _quiet(), _whatever_else_is_loaded():
        for number in seeds:
            run_state_machine_as_test(seed(number)(type("Seeded", (Machine,), {})), settings=how)


def _whatever_else_is_loaded() -> AbstractContextManager[object]:
    """Makes a seed always lead to the same histories. Hypothesis would use constants from any loaded module."""
    return mock.patch.object(HypothesisProvider, "_maybe_draw_constant", return_value=None)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silences the workers' logs, since they meet more failures here than in years."""
    structlog.configure(processors=[_dropped])
    try:
        yield
    finally:
        structlog.reset_defaults()


def _dropped(*_: object) -> str:
    raise structlog.DropEvent


def _until(end: float, first: int) -> Iterator[int]:
    number = first
    while time.monotonic() < end:
        yield number
        number += 1


def main(minutes: float = 10, first: int = 0) -> None:
    """Tries one seed after another from the first until time is up; then prints how many."""
    search(_until(time.monotonic() + minutes * 60, first), SHRINKS)
    typer.echo(f"every invariant held for {minutes} minutes, with seeds from {first}")
    for what, times in sorted(Machine.counts.items()):
        typer.echo(f"{times:>10}  {what}")


if __name__ == "__main__":
    typer.run(main)
