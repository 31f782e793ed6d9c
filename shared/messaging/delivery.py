"""A delivered message: who sent it, how often it was tried, and what it says."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from aio_pika.abc import AbstractIncomingMessage

from shared.contracts import catalogue
from shared.contracts.message import MOST_BYTES, Command, Message
from shared.domain.errors import PermanentFailure
from shared.messaging.topology import REPLAY

APPLICATION_HEADER = "ace-application"

ATTEMPTS = "ace-attempts"
"""How often a message was tried and sent to wait."""

BUGS = "ace-bugs"
"""How often it met a bug in this service, rather than a server that is away."""

ORIGIN = "ace-origin"
"""The user who first published a message. Believed only if the worker's own user sent it to wait, or if it came through
the exchange that only operators may write to."""

REPLAYED_AT = "ace-replayed-at"
"""When an operator replayed a dead letter. Its age counts from then. Believed like `ORIGIN`."""

REPLAYS = "ace-replays"
"""How often operators replayed it."""

SIZE = "ace-size"
"""How many bytes the body had, if it was too large to keep. Believed like `ORIGIN`."""

MOST_IN_HEADERS = 8_192
"""Bytes that a message's headers may have. What is published onward has ours too, and the broker closes a connection
whose message has headers of more than 128 KB."""

MOST = 1_000_000
"""A higher count was not written by us."""

REASON = "ace-reason"
EXCEPTION = "ace-exception"
STATUS = "ace-status"
FROM_QUEUE = "ace-queue"
PARKED_AT = "ace-parked-at"


@dataclass(frozen=True)
class Caller:
    """Who sent a message, and where a reply reaches it."""

    user: str
    """The broker user that published it, checked by the broker. Empty if an event carries none."""
    reply_to: str | None
    correlation_id: str


@dataclass(frozen=True)
class Delivery:
    """A message that keeps its contract, and the properties it arrived with."""

    message: Message
    id: UUID
    caller: Caller
    published_at: datetime
    """When it was published, or replayed by an operator. Its age counts from then."""

    @property
    def user(self) -> str:
        """The broker user that published it."""
        return self.caller.user


def read(raw: AbstractIncomingMessage, expected: type[Message], own_user: str) -> Delivery:
    """Reads a delivery. Raises `PermanentFailure` if it breaks its contract: trying again would not help."""
    now = datetime.now(UTC)
    if (size := measure_body(raw, own_user)) > MOST_BYTES:
        raise PermanentFailure(f"its body has {size:,} bytes, and {MOST_BYTES:,} are allowed")
    if _has_large_headers(raw):
        raise PermanentFailure(f"its headers are larger than {MOST_IN_HEADERS:,} bytes")
    if raw.type != expected.TYPE:
        raise PermanentFailure(f"its type is not {expected.TYPE}")
    try:
        message = catalogue.decode(raw.type, raw.body)
    except catalogue.BreaksContract as error:
        raise PermanentFailure(f"it breaks its contract: {error}") from None
    try:
        id = UUID(raw.message_id or "")
    except ValueError:
        raise PermanentFailure("its message_id is no UUID") from None
    if raw.headers.get(APPLICATION_HEADER, str(message.application_id)) != str(message.application_id):
        raise PermanentFailure(f"its {APPLICATION_HEADER} header names another application than its body")
    caller = find_caller(raw, own_user)
    if isinstance(message, Command) and not caller.user:
        raise PermanentFailure("it has no user_id, so the broker cannot vouch for its sender")
    return Delivery(
        message=message,
        id=id,
        caller=caller,
        published_at=min(_read_replay_time(raw, own_user) or raw.timestamp or now, now),
    )


def find_caller(raw: AbstractIncomingMessage, own_user: str) -> Caller:
    """Who sent a message, whether or not it keeps its contract."""
    return Caller(origin(raw, own_user), raw.reply_to, raw.correlation_id or raw.message_id or "")


def measure_body(raw: AbstractIncomingMessage, own_user: str) -> int:
    """The bytes of a message's body, or of the one that it had before a worker dropped it."""
    return (_is_believed(raw, own_user) and count(raw, SIZE)) or len(raw.body)


def keep_body(raw: AbstractIncomingMessage) -> bytes:
    """The body for publishing the message onward: empty if it is too large to keep."""
    return raw.body if len(raw.body) <= MOST_BYTES else b""


def find_application(raw: AbstractIncomingMessage) -> UUID | None:
    """The application that a message is about according to its header. None if it names none."""
    named = raw.headers.get(APPLICATION_HEADER)
    try:
        return UUID(named) if isinstance(named, str) else None
    except ValueError:
        return None


def _has_large_headers(raw: AbstractIncomingMessage) -> bool:
    return len(repr(raw.headers)) > MOST_IN_HEADERS


def origin(raw: AbstractIncomingMessage, own_user: str) -> str:
    """The user who first published a message; empty if it names none."""
    first = raw.headers.get(ORIGIN)
    return first if _is_believed(raw, own_user) and isinstance(first, str) else raw.user_id or ""


def _is_believed(raw: AbstractIncomingMessage, own_user: str) -> bool:
    """Whether we wrote its headers: a worker that sent it to wait, or an operator who replayed it."""
    return raw.user_id == own_user or raw.exchange == REPLAY


def _read_replay_time(raw: AbstractIncomingMessage, own_user: str) -> datetime | None:
    said = raw.headers.get(REPLAYED_AT)
    if not _is_believed(raw, own_user) or not isinstance(said, str):
        return None
    try:
        return datetime.fromisoformat(said).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def count(raw: AbstractIncomingMessage, header: str) -> int:
    """How often something happened to a message before, from its header; 0 if the header is missing or odd."""
    counted = raw.headers.get(header, 0)
    return counted if isinstance(counted, int) and 0 <= counted <= MOST else 0


def properties(raw: AbstractIncomingMessage, own_user: str, headers: dict[str, Any]) -> dict[str, Any]:
    """A message's own properties plus these headers, for publishing it onward.

    Its `user_id` becomes the worker's, as the broker demands; a header names its first publisher.
    """
    kept = {name: value for name, value in raw.headers.items() if not name.startswith("x-") and name != SIZE}
    if _has_large_headers(raw):
        application = find_application(raw)
        kept = {APPLICATION_HEADER: str(application)} if application else {}
    if (size := measure_body(raw, own_user)) > MOST_BYTES:
        kept[SIZE] = size
    return {
        "message_type": raw.type,
        "message_id": raw.message_id,
        "timestamp": raw.timestamp or datetime.now(UTC),  # without one, it would never count as too old
        "correlation_id": raw.correlation_id or raw.message_id,
        "reply_to": raw.reply_to,
        "headers": {**kept, ORIGIN: origin(raw, own_user), **headers},
    }
