"""The limits of code emails: for an importer, for one of its requesters, and to one contact's address.

Nobody is refused. Above a ceiling the next code waits for its turn, and its place is kept until then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.limits.failures import choose_wait
from shared.domain.limits.tally import DAY, HOUR

MOST = 150
"""Places kept for an importer or a contact: more than the limits let out in a day. Whoever finds none comes back."""

MOST_WAITING = 12
"""Codes of an importer that may wait for their turn: four hours."""

TURN = timedelta(minutes=20)
"""Above its ceiling an importer gets one code in this time."""

WRONG_CODES = 100
"""Wrong codes in a row for an importer and a requester, over all applications (NIST SP 800-63B-4, 3.2.2)."""

CONTACT_LIMIT = "code emails to a contact"


@dataclass(frozen=True)
class CodeSent:
    """A place of a code email: when it goes out, for whom, and from which wide network. To a contact: only when."""

    at: datetime
    requester: str = ""
    network: str = ""
    waiting: bool = False
    """Whether it was told to come back at that time."""


@dataclass(frozen=True)
class Places:
    """The places that were taken before one's own, in one order for all processes, and one's own."""

    before: tuple[CodeSent, ...] = ()
    own: CodeSent | None = None
    """None if all places are taken."""


@dataclass(frozen=True)
class Turn:
    """When a code email may go out. Without a limit reached: now."""

    wait: timedelta | None = None
    """A step-up: wait so long, or be verified instead."""
    at: datetime | None = None
    """Its turn. Verification does not help."""
    is_kept: bool = False
    """Whether its place is kept until then: one for each wide network."""
    reached: tuple[str, ...] = ()
    waits_for_contact: bool = False
    """Whether only codes for other importers to the same contact are in its way."""

    @property
    def is_told_to_contact(self) -> bool:
        """Whether the contact had too many code emails, so that it is told of this one in its daily digest."""
        return self.waits_for_contact or CONTACT_LIMIT in self.reached


def find_turn(of_importer: Places, to_contact: Places, now: datetime) -> Turn:
    """When this code may go out."""
    own = of_importer.own
    if own is None or to_contact.own is None:
        return Turn(at=now + HOUR, reached=("no place",), waits_for_contact=own is not None)
    if own.waiting:
        return Turn() if own.at <= now else Turn(at=own.at, is_kept=True, reached=("not its turn yet",))
    before = of_importer.before
    late = {
        "code emails for a requester": _find_next(_list_own(before, own), 6, HOUR, now),
        "code emails for an importer": _find_next(before, 20, TURN, now),
        CONTACT_LIMIT: _find_free(to_contact.before, 10, now),
    }
    reached = {name: at for name, at in late.items() if at and at > now}
    if reached:
        waiting = [code for code in before if code.waiting and code.at > now]
        is_kept = len(waiting) < MOST_WAITING and all(code.network != own.network for code in waiting)
        return Turn(
            at=max(reached.values()),
            is_kept=is_kept,
            reached=tuple(reached),
            waits_for_contact=list(reached) == [CONTACT_LIMIT],
        )
    over = {
        "code emails for a requester": (len(_list_within(_list_own(before, own), HOUR, now)), 3),
        "code emails for an importer": (len(_list_within(before, HOUR, now)), 5),
    }
    waits = {name: choose_wait(sent - most, most) for name, (sent, most) in over.items() if sent >= most}
    return Turn(wait=max(waits.values(), default=None), reached=tuple(waits))


def _list_own(codes: Iterable[CodeSent], own: CodeSent) -> list[CodeSent]:
    return [code for code in codes if code.requester == own.requester]


def _list_within(codes: Iterable[CodeSent], window: timedelta, now: datetime) -> list[datetime]:
    """The times of what went out within a window, or is waiting for its turn."""
    return sorted(code.at for code in codes if code.at > now - window)


def _find_next(codes: Sequence[CodeSent], most_a_day: int, pause: timedelta, now: datetime) -> datetime | None:
    """With so many in a day, the next comes a pause after the last."""
    sent = _list_within(codes, DAY, now)
    return sent[-1] + pause if len(sent) >= most_a_day else None


def _find_free(codes: Sequence[CodeSent], most: int, now: datetime) -> datetime | None:
    sent = _list_within(codes, HOUR, now)
    return sent[-most] + HOUR if len(sent) >= most else None
