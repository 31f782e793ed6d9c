"""The limits of requests that fail: by network, number, name, and what is told after a match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.limits import keys
from shared.domain.limits.tally import DAY, HOUR, Tally

WIDER = 4
"""How many times more a network may do than the next narrower one: it holds more people."""

WAITS = tuple(timedelta(seconds=seconds) for seconds in (20, 60, 120, 300))
"""How long a step-up waits, the longer the further its limit is exceeded."""


@dataclass(frozen=True)
class Asked:
    """Whom a request is about and where it comes from, as blind indexes and tags."""

    importer: str
    name: str
    """Of the company name's coarsest form."""
    address: str
    """Of the requester's email address."""
    networks: tuple[str, ...] = ()
    """The narrowest first. Empty if the gateway does not say."""
    is_social_security: bool = False


@dataclass(frozen=True)
class Limit:
    """How often something may fail in an hour before a step-up, and in a window before the answer changes."""

    name: str
    key: str
    step_up: int
    ceiling: int
    window: timedelta
    refuses: bool = False
    """Above the ceiling: whether requests are refused. If not, every answer is the same."""


@dataclass(frozen=True)
class Verdict:
    """What the limits say about a request."""

    refused_until: datetime | None = None
    wait: timedelta | None = None
    """How long it has to wait, or be verified instead."""
    uniform: bool = False
    """Whether a match and a mismatch get the same answer."""
    reached: tuple[str, ...] = ()
    """The names of the limits that say so, for logs."""


def list_match_limits(asked: Asked) -> tuple[Limit, ...]:
    """The limits of requests whose number and name match no record."""
    by_network = tuple(
        Limit(f"network {level}", keys.name_network(tag), 10 * WIDER**level, 60 * WIDER**level, HOUR, refuses=True)
        for level, tag in enumerate(asked.networks)
    )
    by_both = tuple(
        Limit("number and network", keys.name_number_and_network(asked.importer, tag), 5, 20, HOUR, refuses=True)
        for tag in asked.networks[:1]
    )
    return (
        *by_network,
        *by_both,
        Limit("number", keys.name_number(asked.importer), 30, 100, DAY),
        Limit("name", keys.name_company(asked.name), 5 if asked.is_social_security else 10, 50, DAY),
    )


def list_answer_limits(asked: Asked) -> tuple[Limit, ...]:
    """The limits of what is told after a match: no contact, linked already, address in use."""
    by_network = tuple(
        Limit("answers about an importer", keys.name_answers(asked.importer, tag), 3, 10, DAY)
        for tag in asked.networks[:1]
    )
    return *by_network, Limit("answers about an address", keys.name_answers_to(asked.address), 3, 10, DAY)


def judge(limits: Sequence[Limit], tallies: Mapping[str, Tally], now: datetime) -> Verdict:
    """What these limits say. A key without a tally was never counted."""
    refused: list[datetime] = []
    waits: list[timedelta] = []
    reached: list[str] = []
    uniform = False
    for limit in limits:
        tally = tallies.get(limit.key)
        if tally is None:
            continue
        over = tally.count(limit.window, now) >= limit.ceiling
        excess = tally.count(HOUR, now) - limit.step_up
        if over and limit.refuses:
            refused.append(tally.find_next_free(limit.ceiling, limit.window, now))
        uniform = uniform or (over and not limit.refuses)
        if excess >= 0:
            waits.append(choose_wait(excess, limit.step_up))
        if over or excess >= 0:
            reached.append(limit.name)
    return Verdict(max(refused, default=None), max(waits, default=None), uniform, tuple(reached))


def choose_wait(excess: int, step_up: int) -> timedelta:
    """How long to wait when this many more than the limit happened."""
    return WAITS[min(2 * excess // step_up, len(WAITS) - 1)]
