"""Publishing: persistent, mandatory, and complete only once the broker confirms."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

from aio_pika.exceptions import DeliveryError, PublishError
from faststream.rabbit import RabbitBroker, RabbitExchange
from faststream.rabbit.schemas import ExchangeType

from shared.cancellation import is_meant_for_us
from shared.contracts.message import MOST_BYTES, Message, Query, Reply
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.messaging import headers, spans, topology
from shared.messaging.amqp import BROKER_AWAY, CONFIRM_WITHIN, JSON
from shared.observability import tracing


class NotConfirmed(TransientFailure):
    """The broker did not confirm a message: it is away, refuses it, or has no queue for it."""


class Rejected(NotConfirmed):
    """The broker is there, but the message's queue is full."""


class Publisher:
    """Publishes over a broker's connection as its user, which the broker checks."""

    def __init__(self, broker: RabbitBroker, user: str) -> None:
        self._broker = broker
        self._user = user
        self._exchanges = {
            name: RabbitExchange(name, type=ExchangeType.TOPIC, declare=False) for name in topology.EXCHANGES
        }

    async def publish(
        self,
        message: Message,
        *,
        id: UUID,
        at: datetime,
        reply_to: str | None = None,
        correlation_id: str | None = None,
    ) -> None:
        """Publishes a command, query or event to its queue. Raises `NotConfirmed`."""
        await self._send(
            message.body(),
            exchange=topology.find_queue(type(message)).exchange,
            routing_key=message.name(),
            message_type=message.TYPE,
            message_id=str(id),
            timestamp=at,
            headers=headers.write(message),
            reply_to=reply_to,
            correlation_id=correlation_id or str(id),
            expiration=topology.QUESTION_LIFETIME if isinstance(message, Query) else None,
        )

    async def reply(self, reply: Reply, *, id: UUID, at: datetime, reply_to: str, correlation_id: str) -> None:
        """Replies to the caller. Raises `NotConfirmed` if nobody is listening."""
        await self._send(
            reply.body(),
            routing_key=reply_to,
            message_type=reply.TYPE,
            message_id=str(id),
            timestamp=at,
            headers={headers.APPLICATION: str(reply.application_id)},
            correlation_id=correlation_id,
            persist=False,
        )

    async def forward(self, body: bytes, *, exchange: str, routing_key: str, **properties: Any) -> None:
        """Forwards a message's bytes to a retry step or the dead letters. Raises `NotConfirmed`."""
        await self._send(body, exchange=exchange, routing_key=routing_key, **properties)

    async def _send(self, body: bytes, *, exchange: str = "", persist: bool = True, **properties: Any) -> None:
        if len(body) > MOST_BYTES:
            raise PermanentFailure(f"a message of {len(body):,} bytes is not sent: {MOST_BYTES:,} are allowed")
        try:
            with spans.open_send(exchange, properties):
                tracing.inject(properties["headers"])
                async with asyncio.timeout(CONFIRM_WITHIN):
                    await self._broker.publish(
                        body,
                        exchange=self._exchanges.get(exchange),
                        persist=persist,
                        content_type=JSON,
                        user_id=self._user,
                        **properties,
                    )
        except asyncio.CancelledError:
            if is_meant_for_us():
                raise
            raise NotConfirmed("the connection to the broker was lost while publishing") from None
        except PublishError:
            raise NotConfirmed("the broker has no queue for a message") from None
        except DeliveryError:
            raise Rejected("the broker rejects a message: its queue is full") from None
        except BROKER_AWAY as error:
            raise NotConfirmed(f"the broker did not confirm a message ({type(error).__name__})") from None
