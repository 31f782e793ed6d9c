"""Headers that keep a message's history: its first sender, its attempts, why it was parked."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from aio_pika.abc import AbstractIncomingMessage
from pydantic import TypeAdapter, ValidationError

from shared.contracts.breach import Breach, Breaches, explain
from shared.contracts.message import Message
from shared.messaging.topology import REPLAY

APPLICATION = "ace-application"

ATTEMPTS = "ace-attempts"
"""How often a message was tried and then delayed."""

BUGS = "ace-bugs"
"""How often it hit a bug in this service, rather than a server that is away."""

ORIGIN = "ace-origin"
"""The user who first published a message. Trusted only if the worker itself delayed the message, or if it came through
the exchange that only operators may write to."""

STAMP = "timestamp_in_ms"
"""The broker's own header: when it took this message from its publisher, in milliseconds since 1970. Believed because
the broker overwrites a forged one; `stamps` proves that, and drops the header where it is not so."""

ARRIVED = "ace-arrived"
"""The stamp of a message when it came from its first sender. Trusted like `ORIGIN`."""

PUBLISHED_AT = "ace-published-at"
"""The `timestamp` of a message when it came from its first sender: the broker overwrites that too. Trusted like
`ORIGIN`."""

REPLAYED_AT = "ace-replayed-at"
"""When an operator replayed a dead letter. Its age counts from then. Trusted like `ORIGIN`."""

REPLAYS = "ace-replays"
"""How often operators replayed it."""

SIZE = "ace-size"
"""The size of a body that was too large to keep, in bytes. Trusted like `ORIGIN`."""

BREACHES = "ace-breaches"
"""What was wrong with a refused message's properties, which forwarding writes anew: a replay is refused for the same.
Trusted like `ORIGIN`."""

REWRITTEN = frozenset({"content_type", "content_encoding", "delivery_mode", "expiration", "headers"})
"""The properties of a refused message of which a forwarded one no longer shows what was wrong."""

COPIES = frozenset({"CC", "BCC"})
"""More routing keys of its sender, to which the broker copies a message. A worker may not write to some of them."""

REASON = "ace-reason"
EXCEPTION = "ace-exception"
STATUS = "ace-status"
FROM_QUEUE = "ace-queue"
PARKED_AT = "ace-parked-at"

MOST_BYTES = 8_192
"""Bytes allowed for a message's headers. Forwarding adds ours, and the broker closes the connection if they exceed
128 KB."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = 253_402_300_799_000
"""The calendar's last second, in milliseconds since 1970."""

MOST = 1_000_000
"""We never write a higher count."""


def is_for_the_broker(name: str) -> bool:
    """Whether the broker writes this header, or acts on it. Such a one is not sent on."""
    return name.startswith("x-") or name in COPIES


def are_too_large(raw: AbstractIncomingMessage) -> bool:
    """Whether a message's headers are larger than `MOST_BYTES`."""
    return len(repr(raw.headers)) > MOST_BYTES


def read_application(raw: AbstractIncomingMessage) -> UUID | None:
    """The application that a message is about; None if its header names none."""
    return find_application(raw.headers)


def find_application(headers: Mapping[str, Any]) -> UUID | None:
    """The application that a message's headers name; None if they name none."""
    named = headers.get(APPLICATION)
    try:
        return UUID(named) if isinstance(named, str) else None
    except ValueError:
        return None


def write(message: Message) -> dict[str, Any]:
    """The headers of a new message: its application, and the fields that it repeats in clear."""
    repeated = {_name(field): str(getattr(message, field)) for field in message.IN_CLEAR}
    return {APPLICATION: str(message.application_id), **repeated}


def read_repeated(raw: AbstractIncomingMessage, expected: type[Message]) -> Message | None:
    """What the headers of a message say about it; its other fields are not set. None if they do not say it all."""
    application = read_application(raw)
    if application is None:
        return None
    try:
        repeated = {
            field: TypeAdapter(type_).validate_python(raw.headers.get(_name(field)))
            for field, type_ in expected.IN_CLEAR.items()
        }
    except ValidationError:
        return None
    return expected.model_construct(application_id=application, **repeated)


def _name(field: str) -> str:
    return f"ace-{field}"


def read_origin(raw: AbstractIncomingMessage, own_user: str) -> str:
    """The user who first published a message; empty if it names none."""
    first = raw.headers.get(ORIGIN)
    return first if _is_trusted(raw, own_user) and isinstance(first, str) else raw.user_id or ""


def read_stamp(raw: AbstractIncomingMessage, own_user: str) -> int | None:
    """The broker's stamp of a message's first arrival, in milliseconds since 1970; None if none is believed.

    The stamp of a message that was delayed or replayed says when that was.
    """
    was_forwarded = _is_trusted(raw, own_user) and isinstance(raw.headers.get(ORIGIN), str)
    stamp = raw.headers.get(ARRIVED if was_forwarded else STAMP)
    return stamp if type(stamp) is int and 0 < stamp < LATEST else None


def read_arrival(raw: AbstractIncomingMessage, own_user: str) -> datetime | None:
    """When a message first reached the broker; None if no stamp is believed."""
    stamp = read_stamp(raw, own_user)
    return None if stamp is None else EPOCH + timedelta(milliseconds=stamp)


def drop_stamp(raw: AbstractIncomingMessage) -> None:
    """Drops a stamp that nobody vouches for."""
    raw.headers.pop(STAMP, None)


def read_publication_time(raw: AbstractIncomingMessage, own_user: str) -> datetime | None:
    """When a message's first sender published it; None if nothing says so."""
    return _read_time(raw, PUBLISHED_AT, own_user) or raw.timestamp


def read_replay_time(raw: AbstractIncomingMessage, own_user: str) -> datetime | None:
    """When an operator replayed a message; None if nobody did."""
    return _read_time(raw, REPLAYED_AT, own_user)


def _read_time(raw: AbstractIncomingMessage, header: str, own_user: str) -> datetime | None:
    said = raw.headers.get(header)
    if not _is_trusted(raw, own_user) or not isinstance(said, str):
        return None
    try:
        return datetime.fromisoformat(said).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_size(raw: AbstractIncomingMessage, own_user: str) -> int:
    """The size of a message's body in bytes, or of the body that a worker dropped."""
    return (_is_trusted(raw, own_user) and read_count(raw, SIZE)) or len(raw.body)


def write_breaches(breaches: Breaches) -> dict[str, object]:
    """The header that keeps why a message was refused; none if its body and properties go on showing that."""
    hidden = {part: breach for part, breach in breaches.items() if part in REWRITTEN}
    return {BREACHES: explain(hidden)} if hidden else {}


def read_breaches(raw: AbstractIncomingMessage, own_user: str) -> dict[str, Breach]:
    """What was wrong with a message's properties when it came from its first sender."""
    said = raw.headers.get(BREACHES)
    if not _is_trusted(raw, own_user) or not isinstance(said, str):
        return {}
    known = {breach.value: breach for breach in Breach}
    parts = (one.partition(": ") for one in said.split(", "))
    return {part: known[breach] for part, _, breach in parts if part in REWRITTEN and breach in known}


def read_count(raw: AbstractIncomingMessage, header: str) -> int:
    """A header that counts; 0 if it is missing or makes no sense."""
    counted = raw.headers.get(header, 0)
    return counted if isinstance(counted, int) and 0 <= counted <= MOST else 0


def _is_trusted(raw: AbstractIncomingMessage, own_user: str) -> bool:
    """Whether its headers are ours: written by a worker that delayed it or an operator who replayed it."""
    return raw.user_id == own_user or raw.exchange == REPLAY
