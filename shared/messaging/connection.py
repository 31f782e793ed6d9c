"""A connection to the broker, without the FastStream defaults that could lose a message.

docs/decisions/0003-faststream.md gives the reason for each departure from a default.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

import structlog
from aio_pika import RobustConnection
from aiormq.exceptions import ChannelLockedResource
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from faststream.rabbit.subscriber.usecase import RabbitSubscriber
from yarl import URL

from shared.messaging.amqp import BROKER_AWAY, explain_refusal
from shared.messaging.direct_broker import DirectBroker, Take, deliver_directly
from shared.messaging.frames import speed_up
from shared.messaging.pamqp_patch import read_leniently

log = structlog.get_logger()

HEARTBEAT = 10
"""Seconds. A half-open connection is detected after three heartbeats."""

CONNECTED_WITHIN = 10
"""Seconds that the broker may take to accept a connection. There are no heartbeats yet, so a connection that goes
silent meanwhile would never be given up."""

CANCELLED_WITHIN = 2
"""Seconds that the broker may take to confirm a canceled consumer."""

CLOSED_WITHIN = 3
"""Seconds that closing the connection may take, so that a broker that is gone does not delay the stop."""

PAUSE = 1.0
"""Seconds between attempts to reach the broker."""


class NameTaken(Exception):  # what it is
    """Another connection already has an exclusive queue of this name."""


class _ConnectionLog:
    """Logs once that the connection is lost and once that it is back, however many attempts that takes."""

    def __init__(self) -> None:
        self._lost = False

    def note_loss(self, _connection: object, reason: BaseException | None) -> None:
        if isinstance(reason, Exception) and not self._lost:  # no exception: we closed it ourselves
            self._lost = True
            log.warning(
                "the connection to the broker is lost", error=type(reason).__name__, reason=explain_refusal(reason)
            )

    def note_return(self, _connection: object) -> None:
        self._lost = False
        log.info("the connection to the broker is back")


class _Broker(DirectBroker):
    """Leaves nothing behind if connecting fails or is canceled.

    aio-pika would go on connecting by itself, whatever cancels it, and FastStream forgets a connection whose first
    channel fails: it would stay open, and the process could not end.
    """

    async def _connect(self) -> RobustConnection:
        made: list[RobustConnection] = []

        def make(*args: Any, **kwargs: Any) -> RobustConnection:
            made.append(RobustConnection(*args, **kwargs))
            return made[-1]

        self._connection_kwargs["connection_class"] = make
        try:
            return await super()._connect()
        except BaseException:
            for connection in made:
                await connection.close()
            raise


def make_broker(url: str, service: str, properties: Mapping[str, Any] | None = None) -> RabbitBroker:
    """A broker for a service, not connected yet.

    `properties`: what the process says about itself (`describe_process`). Operators see it beside the connection's
    user, for whom the broker vouches.
    """
    read_leniently()
    speed_up()
    connection = _ConnectionLog()
    broker = _Broker(
        str(URL(url).update_query(heartbeat=HEARTBEAT, name=service)),
        app_id=service,
        default_channel=Channel(on_return_raises=True),
        ack_policy=AckPolicy.MANUAL,
        graceful_timeout=None,  # it drops what arrives meanwhile; our own stop waits instead
        timeout=CONNECTED_WITHIN,
        reconnect_interval=PAUSE,
        apply_types=False,
        logger=None,
        on_close=[connection.note_loss],
        on_reconnected=[connection.note_return],
    )
    broker._connection_kwargs["client_properties"] = dict(properties or {})  # a test fails if an upgrade drops it
    return broker


def consume(broker: RabbitBroker, queue: str, take: Take, *, prefetch: int) -> None:
    """Passes a queue's deliveries to `take`, which acknowledges them itself."""
    channel = Channel(prefetch_count=prefetch, on_return_raises=True)
    deliver_directly(broker.subscriber(RabbitQueue(queue, declare=False), channel=channel), take)


def consume_replies(broker: RabbitBroker, queue: str, take: Take, *, prefetch: int) -> None:
    """Passes what arrives on this connection's own queue to `take`. Nobody needs to acknowledge it.

    Queue and consumer are declared again whenever the connection comes back.
    """
    channel = Channel(prefetch_count=prefetch, on_return_raises=True)
    own = RabbitQueue(queue, exclusive=True, auto_delete=True)
    deliver_directly(broker.subscriber(own, channel=channel, ack_policy=AckPolicy.ACK_FIRST), take)


async def start_when_reachable(broker: RabbitBroker) -> None:
    """Starts a broker and its subscribers; waits for the server and its queues as long as needed.

    Raises `NameTaken`.
    """
    waiting = False
    while True:
        try:
            return await broker.start()
        except ChannelLockedResource:
            raise NameTaken from None
        except BROKER_AWAY as error:
            if not waiting:
                log.warning("waiting for the broker", error=type(error).__name__, reason=explain_refusal(error))
            waiting = True
            await broker.stop()
            await asyncio.sleep(PAUSE)


async def stop_taking(broker: RabbitBroker) -> None:
    """Tells the broker to stop delivering; returns once it confirms, or is away.

    The framework's own stop keeps consuming until all work is done, and drops what arrives meanwhile for redelivery.
    Here, whatever arrives before the confirmation is still handled.
    """
    await asyncio.gather(*(_cancel(cast(RabbitSubscriber, subscriber)) for subscriber in broker.subscribers))


async def _cancel(subscriber: RabbitSubscriber) -> None:
    queue, consumer = subscriber._queue_obj, subscriber._consumer_tag
    subscriber._consumer_tag = None
    if queue is None or consumer is None:
        return
    with suppress(*BROKER_AWAY):
        async with asyncio.timeout(CANCELLED_WITHIN):
            await queue.cancel(consumer)


async def disconnect(broker: RabbitBroker) -> None:
    """Closes channels and connection. Unacknowledged messages go back to their queues."""
    with suppress(*BROKER_AWAY):
        async with asyncio.timeout(CLOSED_WITHIN):
            await broker.stop()
