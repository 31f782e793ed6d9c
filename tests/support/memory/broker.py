"""An in-memory broker. Publishing and delivery are real: it uses the publisher's own code, and aio-pika's own message
class with the properties from the wire.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

from aio_pika import IncomingMessage
from aio_pika.exceptions import ChannelInvalidStateError
from aiormq.abc import DeliveredMessage
from faststream.rabbit import RabbitBroker, RabbitExchange
from pamqp import commands as spec
from pamqp.header import ContentHeader

from shared.contracts import catalogue
from shared.contracts.message import Message
from shared.messaging import headers, topology
from shared.messaging.permissions import name_replies
from shared.messaging.publishing import Publisher


@dataclass(frozen=True)
class Sent:
    """A message on the wire."""

    exchange: str
    routing_key: str
    body: bytes
    type: str | None
    message_id: str | None
    user_id: str | None = None
    timestamp: datetime | None = None
    headers: dict[str, Any] = field(default_factory=dict)
    reply_to: str | None = None
    correlation_id: str | None = None
    expiration: float | None = None
    persist: bool = True
    content_type: str | None = "application/json"
    content_encoding: str | None = None
    delivery_mode: int | None = 2

    @property
    def message(self) -> Message:
        """The decoded message."""
        return catalogue.decode(self.type or "", self.body)

    @property
    def what(self) -> str:
        """``code-issued``: its type without its version."""
        return (self.type or "").partition(".")[0]


class MemoryBroker:
    """Keeps published messages in order; `refuses` decides what it does not confirm."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.journal: list[str] = []
        """What happened to a message, in order: stored, published, replied, forwarded, acknowledged."""
        self.refuses: Callable[[Sent], BaseException | None] = lambda sent: None
        self.listens: Callable[[Sent], None] = lambda sent: None
        """Called with everything confirmed."""

    def publisher(self, user: str) -> Publisher:
        """The real publisher, on this broker."""
        return Publisher(cast("RabbitBroker", self), user)

    async def publish(
        self,
        body: bytes,
        *,
        exchange: RabbitExchange | None,
        routing_key: str,
        message_type: str,
        message_id: str,
        user_id: str,
        timestamp: datetime | None,
        content_type: str,
        persist: bool,
        correlation_id: str,
        headers: dict[str, Any],
        reply_to: str | None = None,
        expiration: float | None = None,
    ) -> None:
        """What `RabbitBroker.publish` does, once confirmed."""
        sent = Sent(
            exchange=exchange.name if exchange else "",
            routing_key=routing_key,
            body=body,
            type=message_type,
            message_id=message_id,
            user_id=user_id,
            timestamp=timestamp.replace(microsecond=0) if timestamp else None,  # AMQP counts seconds
            headers=dict(headers),
            reply_to=reply_to,
            correlation_id=correlation_id,
            expiration=expiration,
            persist=persist,
        )
        assert content_type == "application/json"
        if failure := self.refuses(sent):
            raise failure
        self.sent.append(sent)
        self.journal.append(_happened(sent))
        self.listens(sent)

    def to(self, exchange: str) -> list[Sent]:
        """What was published to an exchange; ``""`` for the replies."""
        return [sent for sent in self.sent if sent.exchange == exchange]

    @property
    def replies(self) -> list[Message]:
        """The replies, decoded."""
        return [sent.message for sent in self.to("")]


def _happened(sent: Sent) -> str:
    if sent.exchange in ("", topology.COMMANDS, topology.EVENTS):
        return f"{'published' if sent.exchange else 'replied'} {sent.what}"
    return f"forwarded to {sent.exchange}"


class Channel:
    """The channel of a delivery."""

    def __init__(self, journal: list[str] | None = None) -> None:
        self.is_closed = False
        self.acknowledged = 0
        self._journal = journal if journal is not None else []

    async def basic_ack(self, *, delivery_tag: int, multiple: bool) -> None:
        """Acknowledges this delivery and no other."""
        assert delivery_tag == 1
        assert not multiple
        self.acknowledged += 1
        self._journal.append("acknowledged")

    async def basic_nack(self, **_: Any) -> None:
        """Fails: a nack has no delay."""
        raise AssertionError("a bare nack")

    basic_reject = basic_nack


def away(sent: Sent) -> BaseException:
    """The exception when the broker is away."""
    return ChannelInvalidStateError("closed")


def delivered(sent: Sent, channel: Channel) -> IncomingMessage:
    """A message as aio-pika delivers it."""
    properties = spec.Basic.Properties(
        content_type=sent.content_type,
        content_encoding=sent.content_encoding,
        headers=dict(sent.headers),
        expiration=str(int(sent.expiration * 1000)) if sent.expiration else None,
        correlation_id=sent.correlation_id,
        reply_to=sent.reply_to,
        message_id=sent.message_id,
        timestamp=sent.timestamp,
        message_type=sent.type,
        user_id=sent.user_id,
    )
    properties.delivery_mode = sent.delivery_mode  # whatever it is: the wire carries any number
    header = ContentHeader(properties=properties, body_size=len(sent.body))
    delivery = spec.Basic.Deliver("consumer", 1, False, sent.exchange, sent.routing_key)
    return IncomingMessage(DeliveredMessage(delivery, header, sent.body, cast("Any", channel)))


def stamp(sent: Sent, at: datetime) -> Sent:
    """The message as the broker takes it at this time: stamped, whatever its publisher says."""
    seconds = at.replace(microsecond=0)
    return replace(sent, timestamp=seconds, headers={**sent.headers, headers.STAMP: int(at.timestamp() * 1000)})


def sent_by(user: str, message: Message, id: UUID, at: datetime, *, wants_reply: bool = True) -> Sent:
    """A message as published by a service or gateway."""
    return Sent(
        exchange=topology.find_queue(type(message)).exchange,
        routing_key=message.name(),
        body=message.body(),
        type=message.TYPE,
        message_id=str(id),
        user_id=user,
        timestamp=at.astimezone(UTC).replace(microsecond=0),
        headers=headers.write(message),
        reply_to=name_replies(user, "0001") if wants_reply else None,
        correlation_id=f"asked {id}",
    )
