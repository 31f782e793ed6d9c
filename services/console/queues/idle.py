"""Programs that do not take their messages. Pure: no server, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.console.queues.queue_statistics import QueueStatistics
from shared.messaging.topology import WORK_QUEUES, WORKERS


@dataclass(frozen=True)
class Idle:
    """A program that takes nothing from some of its queues."""

    program: str
    queues: tuple[str, ...]
    of: int

    def __str__(self) -> str:
        if len(self.queues) == self.of:
            return f"{self.program} is not running"
        return f"{self.program} takes nothing from {', '.join(self.queues)}"


def list_idle(queues: Mapping[str, QueueStatistics]) -> list[Idle]:
    """The programs that take nothing from queues which answer."""
    found = []
    for program in WORKERS:
        theirs = [queue.name for queue in WORK_QUEUES if queue.program == program and queue.name in queues]
        idle = tuple(name for name in theirs if queues[name].answers and not queues[name].consumers)
        if idle:
            found.append(Idle(program, idle, len(theirs)))
    return found
