"""What an operator's action did."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.console.dead_letters.dead_letter import DeadLetter
from services.console.dead_letters.prospects import Outlook, Prospect


@dataclass
class ActionResult:
    """What was done."""

    action: str
    done: int = 0
    kept: int = 0
    """Selected, but left where they are; standard error says why."""
    found: dict[str, int] = field(default_factory=dict)
    """How many were handled, or would be, by queue."""
    passed_over: list[str] = field(default_factory=list)
    """Why some queues, or the rest of them, were left alone: a line for each."""
    prospects: dict[Prospect, int] = field(default_factory=dict)
    """What a replay of the selected ones could achieve, whatever the action."""
    helps_until: datetime | None = None
    """Until when it can help all of those that it can help; None: no deadline applies."""
    start_again: set[UUID] = field(default_factory=set)
    """Applications beyond help: this many people must start again."""

    @property
    def hopeless(self) -> int:
        """How many of the selected ones a replay cannot help."""
        return sum(count for prospect, count in self.prospects.items() if prospect is not Prospect.HELPS)

    def judge(self, letter: DeadLetter, outlook: Outlook) -> None:
        """Counts what a replay of a selected one could achieve."""
        prospect = outlook.prospect
        self.prospects[prospect] = self.prospects.get(prospect, 0) + 1
        if prospect is Prospect.HELPS and outlook.until:
            self.helps_until = min(self.helps_until or outlook.until, outlook.until)
        if prospect is Prospect.TOO_LATE and letter.application:
            self.start_again.add(letter.application)
