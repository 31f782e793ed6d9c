"""The crash points: before and after each await that a queue's messages come by in the processor."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

AWAITS: dict[str, tuple[str, ...]] = {
    "intake.start-application": ("load", "gather", "save", "publish", "reply", "acknowledge"),
    "intake.submit-details": ("load", "save", "publish", "reply", "acknowledge"),
    "verifier.check-code": ("load", "save", "reply", "acknowledge"),
    "verifier.abandon-application": ("load", "save", "reply", "acknowledge"),
    "verifier.issue-code": ("load", "save", "publish", "acknowledge"),
    "provisioner.create-account": ("load", "gather", "save", "publish", "acknowledge"),
    "notifier.send-code": ("load", "save", "hand-over", "forward", "acknowledge"),
    "notifier.send-email": ("load", "save", "hand-over", "forward", "acknowledge"),
}
"""By queue. Only emails have to wait for another try without a defect: `forward`."""

FEW = 2
"""A process dies at the first or the second time that it comes by its point."""


def every_point() -> list[str]:
    """All of them, as the report names them: ``verifier.check-code after save``."""
    return [
        f"{queue} {when} {name}" for queue, names in AWAITS.items() for name in names for when in ("before", "after")
    ]


@dataclass
class Points:
    """The points of one service. Its processes share them: each start takes the next, over and over."""

    service: str
    chance: random.Random
    given: int = 0
    _chosen: list[str] = field(init=False)
    _turns: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._chosen = [point for point in every_point() if point.startswith(f"{self.service}.")]
        self.chance.shuffle(self._chosen)
        self._turns = itertools.cycle(self._chosen)

    def __iter__(self) -> Iterator[str]:
        """Without end: what a process is told, ``verifier.check-code:save:2:after``."""
        for point in self._turns:
            queue, when, name = point.split()
            self.given += 1
            yield f"{queue}:{name}:{self.chance.randint(1, FEW)}:{when}"

    def all_fired(self, processes: int) -> bool:
        """Whether so many processes have come by every point: each of them has been given one more."""
        return self.given >= len(self._chosen) + processes
