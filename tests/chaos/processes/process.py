"""One process of a service."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.local.services import Service
from tests.chaos.processes.forker import Child, Forker


@dataclass
class Process:
    """One process of a service, and how it is started."""

    name: str
    service: Service
    log: Path
    forker: Forker
    running: Child | None = None
    arguments: Iterator[tuple[str, ...]] | None = None
    """For `tests.chaos.injection.crashing`, the next arguments at each start; None runs the service unchanged."""
    later: float = 0.0
    """Seconds by which its clock is ahead for good: skipped time does not come back."""
    starts: int = 0
    kept_down: bool = False

    def start(self) -> None:
        """Starts it and appends its output to its log."""
        program = self.service.program
        arguments = next(self.arguments) if self.arguments else ()
        if self.later:
            arguments = (*arguments, "--later", str(self.later))
        _, _, module, *own = program.command
        self.running = self.forker.start(module, [*own, *arguments], program.environment, self.log)
        self.starts += 1

    @property
    def kind(self) -> str:
        """The service."""
        return re.sub(r"-\d+$", "", self.name)

    def kill(self) -> None:
        """Kills it with SIGKILL; the supervisor restarts it."""
        if self.running:
            self.running.kill()
