"""A replay or discard that goes on while its operator looks at other pages."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from services.console.dead_letters.action_result import ActionResult
from services.console.dead_letters.selection import Wanted
from services.console.output.exit_codes import Unavailable
from shared import clock
from shared.domain.errors import TransientFailure

log = structlog.get_logger()

MOST_NOTES = 20
"""How many lines about single dead letters to keep for the page."""


@dataclass
class BackgroundAction:
    """One action: what was asked for, and how far it is."""

    wanted: Wanted
    operator: str
    why: str
    rate: float | None
    began_at: datetime
    result: ActionResult
    notes: list[str] = field(default_factory=list)
    """Which dead letters were kept, and why; the first ones."""
    ended_at: datetime | None = None
    failure: str = ""
    """Why it ended early; empty if it did not."""

    @property
    def selected(self) -> int:
        """How many it handles."""
        return sum(self.result.found.values())

    @property
    def percent(self) -> int:
        """How far it is; what is kept does not count."""
        return 100 * self.result.done // self.selected if self.selected else 0

    def note(self, line: str) -> None:
        """Keeps a line about a dead letter."""
        if len(self.notes) < MOST_NOTES:
            self.notes.append(line)

    async def run(self, work: Callable[["BackgroundAction"], Awaitable[object]]) -> None:
        """Works to the end. Whatever goes wrong is said on the page: nobody waits for this task."""
        try:
            await work(self)
        except (Unavailable, TransientFailure) as error:
            self.failure = str(error)
        except asyncio.CancelledError:
            self.failure = "the console stopped"
            raise
        except Exception as error:
            log.error("an action on dead letters failed", exc_info=error)
            self.failure = f"a bug in the console ({type(error).__name__}), which is in its log"
        finally:
            self.ended_at = clock.now()
