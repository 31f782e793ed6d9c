"""How everything stood at one moment, as the console's pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.console.health.judge import Health
from services.console.queues.queue_lines import QueueLine
from shared.storage.reports import CodeEmails


@dataclass(frozen=True)
class Snapshot:
    """One look."""

    at: datetime
    health: Health | None = None
    """None if the console itself could not look: `failure` says why."""
    failure: str = ""
    queues: tuple[QueueLine, ...] = ()
    """Empty if the broker could not be asked."""
    delays: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)
    """What waits in each delay queue to be tried again."""
    reached: Mapping[str, int] | None = None
    """How many of today's applications reached each state. None: the database could not be asked."""
    code_emails: CodeEmails | None = None
    """How fast the code emails of the last hour were out, or the latest of them."""

    @property
    def waiting_again(self) -> int:
        """How many messages wait to be tried again."""
        return sum(delay["ready"] or 0 for delay in self.delays.values())

    @property
    def dead(self) -> int:
        """How many dead letters there are."""
        return sum(line.dead for line in self.queues)
