"""The limits of requests that fail: by network, number, name, and what is told after a match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from shared.domain.limits import keys
from shared.domain.limits.tally import DAY, HOUR, Tally

WIDER = 4
"""How many times more a network may do than the next narrower one: it holds more people."""

WAITS = tuple(timedelta(seconds=seconds) for seconds in (20, 60, 120, 300))
"""How long a step-up waits, the longer the further its limit is exceeded."""


@dataclass(frozen=True)
class Asked:
    """Whom a request is about and where it comes from, as blind indexes and tags."""

    importer: str = ""
    name: str = ""
    """Of the company name's coarsest form."""
    name_begins: str = ""
    """Of that form's beginning."""
    address: str = ""
    """Of the requester's email address."""
    networks: tuple[str, ...] = ()
    """The narrowest first. Empty if the gateway does not say."""
    is_social_security: bool = False


class Above(Enum):
    """What a ceiling leads to."""

    REFUSED = "refused"
    UNIFORM = "the same answer for a match and a mismatch"
    STEP_UP = "nothing but a step-up"


REFUSING = {3: 1, 4: 2}
"""How many of a visitor's networks refuse: of IPv4 the address, of IPv6 the /64 and the /56 that a subscriber gets."""


@dataclass(frozen=True)
class Limit:
    """How often something may fail in an hour before a step-up, and in a window before the answer changes."""

    name: str
    key: str
    step_up: int
    ceiling: int
    window: timedelta
    above: Above = Above.UNIFORM
    """What happens above the ceiling."""


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
    """The limits of requests whose number and name match no record.

    Wide networks hold people who have nothing to do with each other, so only the narrow ones refuse. A single tag means
    that the gateway cannot tell its visitors apart: it refuses nobody.
    """
    refusing = REFUSING.get(len(asked.networks), 0)
    by_network = tuple(
        Limit(
            f"network {level}",
            keys.name_network(tag),
            10 * WIDER**level,
            60 * WIDER**level,
            HOUR,
            Above.REFUSED if level < refusing else Above.STEP_UP,
        )
        for level, tag in enumerate(asked.networks)
    )
    by_both = tuple(
        Limit(
            "number and network",
            keys.name_number_and_network(asked.importer, tag),
            5,
            20,
            HOUR,
            Above.REFUSED if refusing else Above.STEP_UP,
        )
        for tag in asked.networks[:1]
    )
    return (
        *by_network,
        *by_both,
        Limit("number", keys.name_number(asked.importer), 30, 100, DAY),
        Limit("name", keys.name_company(asked.name), 5 if asked.is_social_security else 10, 50, DAY),
        Limit("beginning of a name", keys.name_company(asked.name_begins), 50, 250, DAY),
    )


def list_answer_limits(asked: Asked) -> tuple[Limit, ...]:
    """The limits of what is told after a match: no contact, linked already, address in use."""
    by_network = tuple(
        Limit("answers about an importer", keys.name_answers(asked.importer, tag), 3, 10, DAY)
        for tag in asked.networks[:1]
    )
    return *by_network, Limit("answers about an address", keys.name_answers_to(asked.address), 3, 10, DAY)


def judge(
    limits: Sequence[Limit], tallies: Mapping[str, Tally], now: datetime, in_hand: Mapping[str, int] | None = None
) -> Verdict:
    """What these limits say.

    `in_hand`: other requests that this process has not answered yet, by key. They may fail. For what a guess varies
    they count like failures, so a burst gains nothing; for networks, with many visitors, toward the ceiling only.
    """
    refused: list[datetime] = []
    waits: list[timedelta] = []
    reached: list[str] = []
    uniform = False
    for limit in limits:
        tally, others = tallies.get(limit.key, Tally()), (in_hand or {}).get(limit.key, 0)
        over = tally.count(limit.window, now) + others >= limit.ceiling
        excess = tally.count(HOUR, now) - limit.step_up + (others if limit.above is Above.UNIFORM else 0)
        if over and limit.above is Above.REFUSED:
            refused.append(max(tally.find_next_free(limit.ceiling, limit.window, now), now + WAITS[0]))
        uniform = uniform or (over and limit.above is Above.UNIFORM)
        if excess >= 0:
            waits.append(choose_wait(excess, limit.step_up))
        if over or excess >= 0:
            reached.append(limit.name)
    return Verdict(max(refused, default=None), max(waits, default=None), uniform, tuple(reached))


def choose_wait(excess: int, step_up: int) -> timedelta:
    """How long to wait when this many more than the limit happened."""
    return WAITS[min(2 * excess // step_up, len(WAITS) - 1)]
