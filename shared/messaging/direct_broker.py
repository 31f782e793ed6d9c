"""FastStream's broker without the layers that cost a third of a message's time and do nothing for us.

FastStream passes a message through a command, two parsers, a codec, two context scopes and its middlewares. We have
bytes, and our processor settles deliveries itself. Connecting, declaring, reconnecting and consuming stay FastStream's.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, cast

from aio_pika.abc import AbstractIncomingMessage
from faststream.rabbit import RabbitBroker, RabbitExchange
from faststream.rabbit.subscriber.usecase import RabbitSubscriber
from pamqp.commands import Basic

Take = Callable[[AbstractIncomingMessage], Awaitable[None]]

TRANSIENT, PERSISTENT = 1, 2
"""Delivery modes (AMQP 0-9-1)."""

MILLISECOND = timedelta(milliseconds=1)

DEFAULT_EXCHANGE = RabbitExchange()


class DirectBroker(RabbitBroker):
    """Publishes bytes as they are."""

    async def publish(  # type: ignore[override]  # bytes only, and no option that we do not use
        self,
        body: bytes,
        *,
        exchange: RabbitExchange | None,
        routing_key: str,
        persist: bool,
        timestamp: datetime,
        expiration: timedelta | None = None,
        **properties: Any,
    ) -> None:
        """Publishes to an exchange, by default the broker's own; returns once the broker confirms.

        Raises as aio-pika does: `PublishError` if no queue takes the message, `DeliveryError` if the broker refuses it.
        """
        opened = await self.declare_exchange(exchange or DEFAULT_EXCHANGE)
        channel = await opened.channel.get_underlay_channel()
        await channel.basic_publish(
            body,
            exchange=opened.name,
            routing_key=routing_key,
            properties=Basic.Properties(
                delivery_mode=PERSISTENT if persist else TRANSIENT,
                timestamp=timestamp,
                expiration=str(expiration // MILLISECOND) if expiration else None,
                app_id=self.config.app_id,
                **properties,
            ),
            mandatory=True,
        )


def deliver_directly(subscriber: RabbitSubscriber, take: Take) -> None:
    """Has a subscriber pass its deliveries to `take` as they arrive.

    FastStream's `consume` would parse each one and hand it through its scopes and middlewares.
    """
    subscriber(take)  # without a handler it would not consume
    cast(Any, subscriber).consume = take
