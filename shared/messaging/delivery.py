"""A delivered message: what it says, who sent it, and where a reply goes."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from aio_pika import DeliveryMode
from aio_pika.abc import AbstractIncomingMessage

from shared.contracts.breach import Breach, BreaksContract
from shared.contracts.conversations import SENDERS
from shared.contracts.message import MOST_BYTES, Command, Event, Message, Query
from shared.contracts.versions import VERSIONS, Versions
from shared.domain.errors import ContractBroken, PermanentFailure, VersionGone
from shared.messaging import headers
from shared.messaging.amqp import JSON
from shared.messaging.permissions import PERMISSIONS


@dataclass(frozen=True)
class Caller:
    """Who sent a message, and where a reply reaches it."""

    user: str
    """The broker user that published it, checked by the broker. Empty if an event carries none."""
    reply_to: str | None
    correlation_id: str


@dataclass(frozen=True)
class Delivery:
    """A valid message and the properties that it arrived with."""

    message: Message
    id: UUID
    caller: Caller
    published_at: datetime
    """When it was published or last replayed. Its age counts from then."""
    stamped_at: datetime | None
    """When it first reached the broker, by the broker's stamp. None if no stamp is believed."""

    @property
    def user(self) -> str:
        """The broker user that published it."""
        return self.caller.user


def read(
    raw: AbstractIncomingMessage,
    expected: type[Message],
    own_user: str,
    now: datetime,
    versions: Versions = VERSIONS,
) -> Delivery:
    """Reads a delivery. One of an older version becomes an `expected` message here, and nowhere else.

    Raises:
        ContractBroken: it is not what its contract says, or (`VersionGone`) of a version that is no longer taken.
        PermanentFailure: it is an event, and its sender may not publish it.

    """
    if headers.read_size(raw, own_user) > MOST_BYTES:
        raise ContractBroken({"body": Breach.TOO_LARGE})
    if headers.are_too_large(raw):
        raise ContractBroken({"headers": Breach.TOO_LARGE})
    type_, taken = raw.type or "", versions.list_taken(expected)
    if versions.is_gone(type_, expected):
        raise VersionGone(taken)
    caller = find_caller(raw, own_user)
    if breaches := headers.read_breaches(raw, own_user) | _check_properties(raw, expected, caller, taken):
        raise ContractBroken(breaches, taken)
    try:
        message = versions.read(type_, expected, raw.body)
    except BreaksContract as error:
        raise ContractBroken(error.breaches) from None
    if (id := read_id(raw)) is None:
        raise ContractBroken({"message_id": Breach.NOT_A_UUID if raw.message_id else Breach.MISSING})
    if raw.headers.get(headers.APPLICATION, str(message.application_id)) != str(message.application_id):
        raise ContractBroken({headers.APPLICATION: Breach.NOT_THE_BODYS})
    if isinstance(message, Event) and not _may_publish(expected, caller.user, own_user):
        raise PermanentFailure("its sender may not publish it, according to the user that the broker checked")
    return Delivery(
        message=message,
        id=id,
        caller=caller,
        published_at=min(
            headers.read_replay_time(raw, own_user) or headers.read_publication_time(raw, own_user) or now, now
        ),
        stamped_at=headers.read_arrival(raw, own_user),
    )


def _check_properties(
    raw: AbstractIncomingMessage, expected: type[Message], caller: Caller, taken: Container[str]
) -> dict[str, Breach]:
    """What is wrong with a message's properties. Of events only the type matters: our own workers publish them."""
    breaches: dict[str, Breach] = {}
    if raw.type not in taken:
        breaches["type"] = Breach.UNKNOWN
    if issubclass(expected, Command | Query):
        if raw.content_type and raw.content_type.partition(";")[0].strip().lower() != JSON:
            breaches["content_type"] = Breach.UNSUPPORTED
        if raw.content_encoding and raw.content_encoding.lower() != "utf-8":
            breaches["content_encoding"] = Breach.UNSUPPORTED
    if issubclass(expected, Command):
        if raw.delivery_mode is not DeliveryMode.PERSISTENT:  # the broker's restart would lose it
            breaches["delivery_mode"] = Breach.NOT_PERSISTENT
        if raw.expiration is not None:  # it would go among the dead letters without an answer
            breaches["expiration"] = Breach.NOT_ALLOWED
        if not caller.user:
            breaches["user_id"] = Breach.MISSING
    return breaches


def read_headers(raw: AbstractIncomingMessage, expected: type[Message], own_user: str) -> Message | None:
    """What the headers of an event say that could not be read. Only of one whose sender may publish it."""
    if issubclass(expected, Event) and _may_publish(expected, headers.read_origin(raw, own_user), own_user):
        return headers.read_repeated(raw, expected)
    return None


def _may_publish(message: type[Message], user: str, own_user: str) -> bool:
    """Whether this broker user may publish such an event.

    Where all programs share one user, it is the worker's own. Operators have users with names of their own.
    """
    senders = SENDERS[message]
    return user in (*senders, own_user) or ("console" in senders and user not in ("", *PERMISSIONS))


def read_id(raw: AbstractIncomingMessage) -> UUID | None:
    """A message's id. None if it has none."""
    try:
        return UUID(raw.message_id or "")
    except ValueError:
        return None


def find_caller(raw: AbstractIncomingMessage, own_user: str) -> Caller:
    """Who sent a message, whether or not it is valid."""
    return Caller(headers.read_origin(raw, own_user), raw.reply_to, raw.correlation_id or raw.message_id or "")
