"""A connection to the broker, with none of FastStream's defaults left that could lose a message.

Each line that differs from a default has its reason in docs/decisions/0003-faststream.md.
"""

import asyncio
from urllib.parse import unquote

import structlog
from aio_pika import IncomingMessage
from aio_pika.exceptions import AMQPError
from faststream import AckPolicy
from faststream.rabbit import Channel, RabbitBroker
from faststream.rabbit.message import RabbitMessage
from yarl import URL

from shared.messaging.lenient import read_leniently

log = structlog.get_logger()

HEARTBEAT = 10
"""Seconds. A half-open connection is noticed after three of them."""

GRACE = 20
"""Seconds that messages in flight have to finish when a worker stops."""

PAUSE = 1.0
"""Seconds between attempts to reach the broker."""

BROKER_AWAY = (AMQPError, OSError, TimeoutError, RuntimeError)
"""What an operation on a connection raises when the broker, connection or channel is away.

RuntimeError: aiormq's ChannelInvalidStateError, for a channel that is being reopened.
"""


async def _undecoded(message: RabbitMessage) -> IncomingMessage:
    """No decoding by the framework: one that fails would leave its message unsettled for ever.

    Subscribers are given what this returns: the message as it was delivered.
    """
    return message.raw_message


class _Tidings:
    """Logs once that the connection is lost, and once that it is back, however many attempts lie between."""

    def __init__(self) -> None:
        self._lost = False

    def lost(self, _connection: object, reason: BaseException | None) -> None:
        if isinstance(reason, Exception) and not self._lost:  # no exception: it was closed by ourselves
            self._lost = True
            log.warning("the connection to the broker is lost", error=type(reason).__name__)

    def back(self, _connection: object) -> None:
        self._lost = False
        log.info("the connection to the broker is back")


def make_broker(url: str, service: str) -> RabbitBroker:
    """A broker for a service, not connected yet."""
    read_leniently()
    tidings = _Tidings()
    return RabbitBroker(
        str(URL(url).update_query(heartbeat=HEARTBEAT, name=service)),
        app_id=service,
        default_channel=Channel(on_return_raises=True),
        ack_policy=AckPolicy.MANUAL,
        graceful_timeout=GRACE,
        reconnect_interval=PAUSE,
        decoder=_undecoded,
        apply_types=False,
        logger=None,
        on_close=[tidings.lost],
        on_reconnected=[tidings.back],
    )


def user_of(url: str) -> str:
    """The user that a broker URL logs in, which messages carry as their `user_id`."""
    return unquote(URL(url).user or "guest")


async def start_when_reachable(broker: RabbitBroker) -> None:
    """Starts a broker and its subscribers, however long it takes until the server and its queues are there."""
    waiting = False
    while True:
        try:
            return await broker.start()
        except BROKER_AWAY as error:
            if not waiting:
                log.warning("waiting for the broker", error=type(error).__name__)
            waiting = True
            await broker.stop()
            await asyncio.sleep(PAUSE)
