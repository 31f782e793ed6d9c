"""The limits of code emails: for an importer, for one of its requesters, and to one contact's address.

Nobody is refused. Above a ceiling the next code waits for its turn, and networks that had none come first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.limits.failures import choose_wait
from shared.domain.limits.tally import DAY, HOUR

KEPT = 120
"""Code emails remembered for an importer or a contact: more than the limits let out in a day."""

TURN = timedelta(minutes=20)
"""Above its ceiling an importer gets one code in this time."""

WRONG_CODES = 100
"""Wrong codes in a row for an importer and a requester, over all applications (NIST SP 800-63B-4, 3.2.2)."""


@dataclass(frozen=True)
class CodeSent:
    """A code that was emailed: when, for whom, and from which network it was asked for. To a contact: only when."""

    at: datetime
    requester: str = ""
    network: str = ""


@dataclass(frozen=True)
class Turn:
    """When a code email may go out. Without a limit reached: now."""

    wait: timedelta | None = None
    """A step-up: wait so long, or be verified instead."""
    at: datetime | None = None
    """Its turn. Verification does not help."""
    reached: tuple[str, ...] = ()


def find_turn(
    of_importer: Sequence[CodeSent], to_contact: Sequence[CodeSent], requester: str, network: str, now: datetime
) -> Turn:
    """When the next code may go out to this contact, for this importer and requester."""
    own = [code for code in of_importer if code.requester == requester]
    turns = {
        "code emails for a requester": _find_next(own, 6, HOUR, now),
        "code emails for an importer": _find_next(of_importer, 20, _choose_pause(of_importer, network, now), now),
        "code emails to a contact": _find_free(to_contact, 10, now),
    }
    late = {name: at for name, at in turns.items() if at and at > now}
    if late:
        return Turn(at=max(late.values()), reached=tuple(late))
    over = {
        "code emails for a requester": (len(_list_within(own, HOUR, now)), 3),
        "code emails for an importer": (len(_list_within(of_importer, HOUR, now)), 5),
    }
    waits = {name: choose_wait(sent - most, most) for name, (sent, most) in over.items() if sent >= most}
    return Turn(wait=max(waits.values(), default=None), reached=tuple(waits))


def _list_within(codes: Sequence[CodeSent], window: timedelta, now: datetime) -> list[datetime]:
    return sorted(code.at for code in codes if code.at > now - window)


def _find_next(codes: Sequence[CodeSent], most_a_day: int, pause: timedelta, now: datetime) -> datetime | None:
    """With so many in a day, the next comes a pause after the last."""
    sent = _list_within(codes, DAY, now)
    return sent[-1] + pause if len(sent) >= most_a_day else None


def _find_free(codes: Sequence[CodeSent], most: int, now: datetime) -> datetime | None:
    sent = _list_within(codes, HOUR, now)
    return sent[-most] + HOUR if len(sent) >= most else None


def _choose_pause(codes: Sequence[CodeSent], network: str, now: datetime) -> timedelta:
    """A network that had a code for this importer leaves one turn to others."""
    had_one = any(code.network == network for code in codes if code.at > now - DAY)
    return 2 * TURN if had_one else TURN
