"""What an operator's action did."""

from dataclasses import dataclass, field
from uuid import UUID

from services.console.dead_letters.dead_letter import DeadLetter
from services.console.dead_letters.prospects import Prospect


@dataclass
class ActionResult:
    """What was done."""

    action: str
    done: int = 0
    kept: int = 0
    """Selected, but left where they are; standard error says why."""
    found: dict[str, int] = field(default_factory=dict)
    """How many were handled, or would be, by queue."""
    hopeless: dict[Prospect, int] = field(default_factory=dict)
    """How many of the kept ones a replay cannot help, by reason."""
    start_again: set[UUID] = field(default_factory=set)
    """Applications beyond help: this many people must start again."""

    def keep(self, letter: DeadLetter, why: Prospect) -> None:
        """Counts a dead letter that a replay cannot help."""
        self.kept += 1
        self.hopeless[why] = self.hopeless.get(why, 0) + 1
        if why is Prospect.TOO_LATE and letter.application:
            self.start_again.add(letter.application)
