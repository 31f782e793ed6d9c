"""What each broker user may do. `acectl topology apply` gives the services' users these permissions."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.contracts.conversations import FORM, SENDERS
from shared.messaging.topology import COMMANDS, DEAD, EVENTS, RETRY_STEPS, UNBOUND, WORK_QUEUES, WORKERS

NOTHING = "^$"
"""Matches no name."""

REPLIES = "gateway.replies."
"""The prefix of every gateway's reply queue."""


@dataclass(frozen=True)
class Permission:
    """What a broker user may configure, write and read: regular expressions over names.

    `keys` lists the allowed routing keys for each exchange that it writes to.
    """

    configure: str
    write: str
    read: str
    keys: dict[str, str] = field(default_factory=dict)


def match_any(names: Iterable[str]) -> str:
    """A pattern that matches these names and no others."""
    return "^(" + "|".join(name.replace(".", r"\.") for name in names) + ")$"


def match_replies(user: str) -> str:
    """A pattern for the names of this gateway user's reply queues.

    Broker permissions do not distinguish durable queues from exclusive ones, or exchanges from queues. They do limit
    names, and so how much a gateway's user could leave behind.
    """
    return rf"^{re.escape(REPLIES + user)}\.[0-9a-f]{{4}}$"


def name_replies(user: str, token: str) -> str:
    """The name of a reply queue of this gateway user. `token`: four hexadecimal digits."""
    return f"{REPLIES}{user}.{token}"


def permit_gateway(user: str) -> Permission:
    """Allows commands and its own reply queues, but no bindings: those need the right to write to a queue."""
    replies = match_replies(user)
    return Permission(replies, match_any([COMMANDS]), replies)


def _permit_worker(program: str) -> Permission:
    """Allows its own events, its queues' retries and dead letters, and replies if a person waits for them."""
    queues = [queue for queue in WORK_QUEUES if queue.program == program]
    kept = [queue for queue in queues if queue.has_dead_letters]
    published = [message.name() for message, senders in SENDERS.items() if program in senders]
    keys = {EVENTS: match_any([*published, UNBOUND])}
    keys |= {step.name: match_any(queue.name for queue in kept) for step in RETRY_STEPS}
    keys[DEAD] = match_any(queue.dead for queue in kept)
    replies = ["amq.default"] if any(queue.recovery.person_waits for queue in queues) else []
    return Permission(NOTHING, match_any([*keys, *replies]), match_any(queue.name for queue in queues), keys)


PERMISSIONS: dict[str, Permission] = {
    FORM: permit_gateway(FORM),
    **{program: _permit_worker(program) for program in WORKERS},
}
"""Each service's user may do that service's work and nothing else."""
