"""A message as it was delivered: who sent it, how often it was tried, and what it says."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aio_pika.abc import AbstractIncomingMessage

from shared.contracts import catalogue
from shared.contracts.message import Command, Message
from shared.domain.trouble import Poison
from shared.messaging.publishing import APPLICATION_HEADER

ATTEMPTS = "ace-attempts"
"""How often a message was tried and sent to wait."""

DEFECTS = "ace-defects"
"""How often it met a defect of ours, rather than a server that is away."""

ORIGIN = "ace-origin"
"""The user who published a message first. Believed only from the worker's own user, who sent it to wait."""

MOST = 1_000_000
"""A count beyond is none of ours."""

REASON = "ace-reason"
EXCEPTION = "ace-exception"
STATUS = "ace-status"
FROM_QUEUE = "ace-queue"
PARKED_AT = "ace-parked-at"


@dataclass(frozen=True)
class Delivery:
    """A message that keeps its contract, with what came with it."""

    message: Message
    id: UUID
    user: str
    """The broker user that published it, checked by the broker. Empty where an event carries none."""
    published_at: datetime
    reply_to: str | None
    correlation_id: str


def read(raw: AbstractIncomingMessage, expected: type[Message], own_user: str) -> Delivery:
    """Reads a delivery. Raises `Poison` where it breaks its contract: it would never be understood."""
    now = datetime.now(UTC)
    if raw.type != expected.TYPE:
        raise Poison(f"its type is not {expected.TYPE}")
    try:
        message = catalogue.decode(raw.type, raw.body)
    except catalogue.BreaksContract as error:
        raise Poison(f"it breaks its contract: {error}") from None
    try:
        id = UUID(raw.message_id or "")
    except ValueError:
        raise Poison("its message_id is no UUID") from None
    if raw.headers.get(APPLICATION_HEADER, str(message.application_id)) != str(message.application_id):
        raise Poison(f"its {APPLICATION_HEADER} header names another application than its body")
    if isinstance(message, Command) and not raw.user_id:
        raise Poison("it has no user_id, so the broker cannot vouch for its sender")
    return Delivery(
        message=message,
        id=id,
        user=origin(raw, own_user),
        published_at=min(raw.timestamp or now, now),
        reply_to=raw.reply_to,
        correlation_id=raw.correlation_id or raw.message_id or "",
    )


def origin(raw: AbstractIncomingMessage, own_user: str) -> str:
    """The user who published a message first; empty where it says none."""
    first = raw.headers.get(ORIGIN)
    return first if raw.user_id == own_user and isinstance(first, str) else raw.user_id or ""


def count(raw: AbstractIncomingMessage, header: str) -> int:
    """How often something happened to a message before, from its header; 0 where that says nothing."""
    counted = raw.headers.get(header, 0)
    return counted if isinstance(counted, int) and 0 <= counted <= MOST else 0


def properties(raw: AbstractIncomingMessage, own_user: str, headers: dict[str, Any]) -> dict[str, Any]:
    """A message's own properties, to publish it on with, and these headers besides.

    Its `user_id` becomes the worker's, as the broker demands; who published it first goes along as a header.
    """
    kept = {name: value for name, value in raw.headers.items() if not name.startswith("x-")}
    return {
        "message_type": raw.type,
        "message_id": raw.message_id,
        "timestamp": raw.timestamp or datetime.now(UTC),  # without one it would never be too old
        "correlation_id": raw.correlation_id or raw.message_id,
        "reply_to": raw.reply_to,
        "headers": {**kept, ORIGIN: origin(raw, own_user), **headers},
    }
