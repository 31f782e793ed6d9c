"""A dead letter: what can be shown without opening it, and how it is replayed.

A replay is the same message, with the same id, time of asking and first sender. Its tries and its age count from zero.
Handlers are idempotent, so it can be replayed any number of times.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractIncomingMessage

from shared.contracts import catalogue
from shared.contracts.breach import BreaksContract
from shared.contracts.conversations import SEALED_FIELDS
from shared.messaging import headers
from shared.messaging.topology import WorkQueue
from shared.security.redaction import redact

OF_THE_LAST_TIME = frozenset(
    {headers.ATTEMPTS, headers.BUGS, headers.REASON, headers.EXCEPTION, headers.STATUS, headers.FROM_QUEUE}
    | {headers.PARKED_AT, headers.ORIGIN, headers.STAMP, headers.ARRIVED, headers.PUBLISHED_AT}
)
"""Headers about earlier tries, or written anew. A replay starts without them."""

SEALED = "sealed"
"""What is shown of a sealed field."""

LONGEST = 200
"""Characters to show of any text in a message's properties."""


@dataclass(frozen=True)
class DeadLetter:
    """What can be shown of a dead letter: its properties, never its contents."""

    queue: str
    """The queue that it came from."""
    id: str
    """Its message id; if it has none that can be shown, a fingerprint that begins with ``~``."""
    type: str
    application: UUID | None
    reason: str
    exception: str | None
    status: str | None
    parked_at: datetime | None
    """None if the broker dead-lettered it, or recovery failed."""
    published_at: datetime | None
    attempts: int
    replays: int
    sender: str | None
    """Who published it first, as checked by the broker; None if nobody vouches for that."""
    by_broker: bool
    """Whether the broker gave up on it, rather than a worker."""
    size: int

    @property
    def since(self) -> datetime | None:
        """When it was parked, if known; otherwise when it was published."""
        return self.parked_at or self.published_at


@dataclass(frozen=True)
class HeldDeadLetter:
    """A dead letter held from its queue: what can be shown, and the delivery to acknowledge."""

    letter: DeadLetter
    raw: AbstractIncomingMessage


def read_dead_letter(raw: AbstractIncomingMessage, queue: WorkQueue, user: str) -> DeadLetter:
    """Reads a dead letter of this queue. `user`: the operator's broker user, who is believed like the worker."""
    gave_up = _count_deaths(raw)
    published_at = headers.read_publication_time(raw, _choose_believed(raw, queue, user))
    return DeadLetter(
        queue=queue.name,
        id=identify(raw),
        type=_clean(raw.type) or "none",
        application=headers.read_application(raw),
        reason=_read_reason(raw, gave_up),
        exception=_clean(raw.headers.get(headers.EXCEPTION)),
        status=_clean(raw.headers.get(headers.STATUS)),
        parked_at=None if gave_up else _parse_time(raw.headers.get(headers.PARKED_AT)),
        published_at=published_at,
        attempts=headers.read_count(raw, headers.ATTEMPTS),
        replays=headers.read_count(raw, headers.REPLAYS),
        sender=_find_first_sender(raw, {queue.program, user}),
        by_broker=gave_up is not None,
        size=len(raw.body),
    )


def identify(raw: AbstractIncomingMessage) -> str:
    """The id by which an operator names a dead letter. Masking or cutting could make two ids one."""
    shown = _clean(raw.message_id)
    return shown if shown and shown == raw.message_id else "~" + hashlib.sha256(raw.body).hexdigest()[:16]


def can_be_replayed(letter: DeadLetter) -> bool:
    """Whether a worker would accept it: applications and events are believed only from those who may send them."""
    return letter.sender is not None


def make_replay(dead: HeldDeadLetter, queue: WorkQueue, user: str, now: datetime) -> Message:
    """The message that goes back to its queue, published as this broker user.

    It carries the stamp of its first arrival, if that is believed: what was entered in time stays so.
    """
    raw = dead.raw
    believed = _choose_believed(raw, queue, user)
    kept = {
        name: value
        for name, value in raw.headers.items()
        if name not in OF_THE_LAST_TIME and not headers.is_for_the_broker(name)
    }
    published_at = headers.read_publication_time(raw, believed)
    ours_to_say: dict[str, Any] = {
        headers.ORIGIN: dead.letter.sender or "",
        headers.REPLAYED_AT: now.isoformat(),
        headers.REPLAYS: headers.read_count(raw, headers.REPLAYS) + 1,
    }
    if published_at:
        ours_to_say[headers.PUBLISHED_AT] = published_at.isoformat()
    if stamp := headers.read_stamp(raw, believed):
        ours_to_say[headers.ARRIVED] = stamp
    return Message(
        raw.body,
        headers={**kept, **ours_to_say},
        content_type=raw.content_type,
        delivery_mode=DeliveryMode.PERSISTENT,
        correlation_id=raw.correlation_id,
        reply_to=raw.reply_to,
        message_id=raw.message_id,
        timestamp=published_at,
        type=raw.type,
        user_id=user,
        app_id=raw.app_id,
    )


def read_body(raw: AbstractIncomingMessage) -> dict[str, str] | None:
    """The fields of its body that can be shown, sealed ones only as `sealed`. None if it breaks its contract."""
    try:
        message = catalogue.decode(raw.type or "", raw.body)
    except BreaksContract:
        return None
    said = message.model_dump(mode="json")
    return {name: SEALED if (type(message), name) in SEALED_FIELDS else str(value) for name, value in said.items()}


def _choose_believed(raw: AbstractIncomingMessage, queue: WorkQueue, user: str) -> str:
    """The user whose headers are believed: who published it, if that is the queue's worker or the operator."""
    return queue.program if raw.user_id == queue.program else user


def _find_first_sender(raw: AbstractIncomingMessage, trusted: Collection[str]) -> str | None:
    """Who published a message first. None if only the message says so, and no trusted user wrote it."""
    first = raw.headers.get(headers.ORIGIN)
    if not isinstance(first, str):
        return raw.user_id or ""
    return first if raw.user_id in trusted else None


def _read_reason(raw: AbstractIncomingMessage, gave_up: int | None) -> str:
    if gave_up is not None:
        return "the broker gave up: its worker died or lost its connection on each delivery"
    return _clean(raw.headers.get(headers.REASON)) or "none given"


def _count_deaths(raw: AbstractIncomingMessage) -> int | None:
    """How often the broker dead-lettered a message; None if a worker parked it, without such headers."""
    deaths = raw.headers.get("x-death")
    if not isinstance(deaths, list) or not deaths or not isinstance(deaths[0], dict):
        return None
    counted = deaths[0].get("count")
    return counted if isinstance(counted, int) else 0


def _clean(said: Any) -> str | None:
    """A text from a message's properties, safe to print on a terminal."""
    if not isinstance(said, str) or not said:
        return None
    return str(redact("".join(letter if letter.isprintable() else "?" for letter in said[:LONGEST])))


def _parse_time(said: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None
