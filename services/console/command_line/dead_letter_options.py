"""Options that select dead letters and say how to act on them, with their completion."""

from dataclasses import dataclass
from typing import Annotated

import typer

from services.console.command_line.options import JSON, About, As, DryRun, Reason
from services.console.dead_letters.pace import USUAL_RATE
from services.console.dead_letters.selection import Wanted
from shared.contracts import catalogue
from shared.messaging.topology import WORK_QUEUES


def _complete_queue(incomplete: str) -> list[str]:
    names = [queue.name for queue in WORK_QUEUES if queue.has_dead_letters]
    return [name for name in names if name.startswith(incomplete)]


def _complete_type(incomplete: str) -> list[str]:
    names = [contract.TYPE for contract in (*catalogue.COMMANDS, *catalogue.EVENTS, *catalogue.OLD)]
    return [name for name in names if name.startswith(incomplete)]


def _normalize_queue(name: str | None) -> str | None:
    """The queue's name without `.dead`. Raises `BadParameter` if there is no such queue."""
    if name is None:
        return None
    plain = name.removesuffix(".dead")
    if plain not in _complete_queue(""):
        raise typer.BadParameter(f"there is no queue {name} that has dead letters: {', '.join(_complete_queue(''))}")
    return plain


Queue = Annotated[
    str | None,
    typer.Option(
        help="Only of this queue.", autocompletion=_complete_queue, callback=_normalize_queue, metavar="QUEUE"
    ),
]
Type = Annotated[
    str | None,
    typer.Option(
        help="Only of this message type, with its version or without.", autocompletion=_complete_type, metavar="TYPE"
    ),
]
Matching = Annotated[str | None, typer.Option(help="Only those whose reason holds this text.", metavar="TEXT")]
Rate = Annotated[
    float | None,
    typer.Option(min=0.01, help=f"At most so many messages a second (replay: {USUAL_RATE:g}).", metavar="N"),
]


@dataclass(frozen=True)
class Filters:
    """Which dead letters to select."""

    queue: Queue = None
    type: Type = None
    matching: Matching = None
    about: About = None

    def select(self, id: str | None = None, *, hopeless: bool = False) -> Wanted:
        """The dead letters that match all of this."""
        return Wanted(id, self.queue, self.type, self.matching, self.about, hopeless)


@dataclass(frozen=True)
class ActionOptions:
    """How to act on dead letters, and who acts for which reason."""

    all: Annotated[bool, typer.Option("--all", help="All of them.")] = False
    dry_run: DryRun = False
    rate: Rate = None
    reason: Reason = None
    operator: As = None
    json: JSON = False
