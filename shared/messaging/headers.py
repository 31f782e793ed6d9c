"""Headers that keep a message's history: its first sender, its attempts, why it was parked."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aio_pika.abc import AbstractIncomingMessage
from pydantic import TypeAdapter, ValidationError

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

REPLAYED_AT = "ace-replayed-at"
"""When an operator replayed a dead letter. Its age counts from then. Trusted like `ORIGIN`."""

REPLAYS = "ace-replays"
"""How often operators replayed it."""

SIZE = "ace-size"
"""The size of a body that was too large to keep, in bytes. Trusted like `ORIGIN`."""

REASON = "ace-reason"
EXCEPTION = "ace-exception"
STATUS = "ace-status"
FROM_QUEUE = "ace-queue"
PARKED_AT = "ace-parked-at"

MOST_BYTES = 8_192
"""Bytes allowed for a message's headers. Forwarding adds ours, and the broker closes the connection if they exceed
128 KB."""

MOST = 1_000_000
"""We never write a higher count."""


def are_too_large(raw: AbstractIncomingMessage) -> bool:
    """Whether a message's headers are larger than `MOST_BYTES`."""
    return len(repr(raw.headers)) > MOST_BYTES


def read_application(raw: AbstractIncomingMessage) -> UUID | None:
    """The application that a message is about; None if its header names none."""
    named = raw.headers.get(APPLICATION)
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
        repeated = {field: _read_field(raw, expected, field) for field in expected.IN_CLEAR}
    except ValidationError:
        return None
    return expected.model_construct(application_id=application, **repeated)


def _read_field(raw: AbstractIncomingMessage, expected: type[Message], field: str) -> Any:
    return TypeAdapter(expected.model_fields[field].rebuild_annotation()).validate_python(raw.headers.get(_name(field)))


def _name(field: str) -> str:
    return f"ace-{field}"


def read_origin(raw: AbstractIncomingMessage, own_user: str) -> str:
    """The user who first published a message; empty if it names none."""
    first = raw.headers.get(ORIGIN)
    return first if _is_trusted(raw, own_user) and isinstance(first, str) else raw.user_id or ""


def read_replay_time(raw: AbstractIncomingMessage, own_user: str) -> datetime | None:
    """When an operator replayed a message; None if nobody did."""
    said = raw.headers.get(REPLAYED_AT)
    if not _is_trusted(raw, own_user) or not isinstance(said, str):
        return None
    try:
        return datetime.fromisoformat(said).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_size(raw: AbstractIncomingMessage, own_user: str) -> int:
    """The size of a message's body in bytes, or of the body that a worker dropped."""
    return (_is_trusted(raw, own_user) and read_count(raw, SIZE)) or len(raw.body)


def read_count(raw: AbstractIncomingMessage, header: str) -> int:
    """A header that counts; 0 if it is missing or makes no sense."""
    counted = raw.headers.get(header, 0)
    return counted if isinstance(counted, int) and 0 <= counted <= MOST else 0


def _is_trusted(raw: AbstractIncomingMessage, own_user: str) -> bool:
    """Whether its headers are ours: written by a worker that delayed it or an operator who replayed it."""
    return raw.user_id == own_user or raw.exchange == REPLAY
