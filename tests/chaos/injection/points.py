"""The crash points: before and after each await in the processor that a queue's messages pass."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.messaging.topology import WORK_QUEUES

AWAITS: dict[str, tuple[str, ...]] = {
    "intake.start-application": ("gather", "save", "publish", "reply", "acknowledge"),
    "intake.submit-details": ("load", "save", "publish", "reply", "acknowledge"),
    "verifier.check-code": ("load", "save", "reply", "acknowledge"),
    "verifier.abandon-application": ("load", "save", "reply", "acknowledge"),
    "verifier.issue-code": ("load", "gather", "save", "publish", "acknowledge"),
    "provisioner.create-account": ("load", "save", "publish", "acknowledge"),
    "provisioner.complete": ("load", "save", "acknowledge"),
    "notifier.send-code": ("save", "hand-over", "forward", "acknowledge"),
    "notifier.withdraw-code": ("load", "save", "acknowledge"),
    "notifier.send-email": ("save", "hand-over", "publish", "forward", "acknowledge"),
}
"""Awaits by queue. Only emails `forward` without a bug, to wait for another try. Refusals are too rare to wait for."""

SERVICE = {queue.name: queue.program for queue in WORK_QUEUES}

FEW = 2
"""A process dies the first or second time that it reaches its point."""


def every_point() -> list[str]:
    """All crash points, as the report names them: ``verifier.check-code after save``."""
    return [
        f"{queue} {when} {name}" for queue, names in AWAITS.items() for name in names for when in ("before", "after")
    ]


@dataclass
class Points:
    """The crash points of one service. Its processes share them: each start takes the next, in a cycle."""

    service: str
    chance: random.Random
    given: int = 0
    _chosen: list[str] = field(init=False)
    _turns: Iterator[str] = field(init=False)

    def __post_init__(self) -> None:
        self._chosen = [point for point in every_point() if SERVICE[point.split()[0]] == self.service]
        self.chance.shuffle(self._chosen)
        self._turns = itertools.cycle(self._chosen)

    def __iter__(self) -> Iterator[str]:
        """Endless arguments for processes: ``verifier.check-code:save:2:after``."""
        for point in self._turns:
            queue, when, name = point.split()
            self.given += 1
            yield f"{queue}:{name}:{self.chance.randint(1, FEW)}:{when}"

    def all_fired(self, processes: int) -> bool:
        """Whether this many processes have reached every point, because each has been given another one."""
        return self.given >= len(self._chosen) + processes
