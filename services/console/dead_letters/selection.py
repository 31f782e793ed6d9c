"""Selects dead letters, and groups them for display."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aio_pika.abc import AbstractConnection

from services.console.dead_letters.dead_letter import DeadLetter, HeldDeadLetter, read_dead_letter
from services.console.dead_letters.prospects import rank_haste
from services.console.queues.browsing import hold_messages
from shared.domain import reference
from shared.messaging.topology import WORK_QUEUES, WorkQueue

WITH_DEAD_LETTERS = tuple(
    sorted((queue for queue in WORK_QUEUES if queue.has_dead_letters), key=lambda queue: rank_haste(queue.message))
)
"""In the order in which to handle them: after an outage code emails are the first to be too late."""


@dataclass(frozen=True)
class Wanted:
    """A selection of dead letters: those that match everything given."""

    id: str | None = None
    queue: str | None = None
    type: str | None = None
    matching: str | None = None
    """Part of the reason."""
    application: str | None = None
    """Its id or its reference. It need not be stored: a start that broke its contract never was."""
    hopeless: bool = False
    """Only those that a replay can no longer help, which depends on their applications."""
    reason: str | None = None
    """The whole reason: the dead letters of a group have the same."""

    @property
    def is_all(self) -> bool:
        """Whether it selects everything."""
        return self == Wanted()

    @property
    def queues(self) -> tuple[WorkQueue, ...]:
        """The queues to look at, those first whose messages are the sooner too late."""
        named = (self.queue or "").removesuffix(".dead")
        return tuple(queue for queue in WITH_DEAD_LETTERS if named in ("", queue.name))

    def matches(self, letter: DeadLetter) -> bool:
        """Whether a dead letter is selected."""
        return (
            (self.id is None or letter.id == self.id)
            and (self.type is None or self.type in (letter.type, letter.type.partition(".")[0]))
            and (self.matching is None or self.matching.casefold() in letter.reason.casefold())
            and (self.reason is None or self.reason == letter.reason)
            and (self.application is None or self.application in _list_names(letter))
        )


def _list_names(letter: DeadLetter) -> tuple[str, ...]:
    """The names of a dead letter's application."""
    return (str(letter.application), reference.derive(letter.application)) if letter.application else ()


@dataclass(frozen=True)
class DeadLetterGroup:
    """Dead letters of one queue and type with the same reason."""

    queue: str
    type: str
    reason: str
    count: int
    first: datetime | None
    last: datetime | None
    replays: int
    """The highest number of replays of any of them."""


def group_dead_letters(letters: Iterable[DeadLetter]) -> list[DeadLetterGroup]:
    """The groups, the largest first."""
    found: dict[tuple[str, str, str], list[DeadLetter]] = defaultdict(list)
    for letter in letters:
        found[letter.queue, letter.type, letter.reason].append(letter)
    groups = []
    for (queue, type, reason), members in found.items():
        times = sorted(letter.since for letter in members if letter.since)
        first, last = (times[0], times[-1]) if times else (None, None)
        most = max(letter.replays for letter in members)
        groups.append(DeadLetterGroup(queue, type, reason, len(members), first, last, most))
    return sorted(groups, key=lambda group: (-group.count, group.queue, group.type, group.reason))


@asynccontextmanager
async def hold_dead_letters(
    connection: AbstractConnection, queue: WorkQueue, user: str
) -> AsyncIterator[list[HeldDeadLetter]]:
    """Holds every dead letter of a queue while the block runs; any not acknowledged go back.

    Args:
        connection: a connection to the broker.
        queue: the queue that they came from.
        user: the connection's broker user.

    Raises:
        Unavailable: there is no such queue, or another operator holds its messages.

    """
    async with hold_messages(connection, queue.dead) as messages:
        yield [HeldDeadLetter(read_dead_letter(raw, queue, user), raw) for raw in messages]
