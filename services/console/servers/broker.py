"""Connects to the broker, and explains failures in one line."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from aio_pika import DeliveryMode, Message
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import AMQPError

from services.console.output.exit_codes import Unavailable
from services.console.servers.broker_link import BrokerLink
from shared import clock
from shared.contracts.message import Event
from shared.messaging import headers, topology
from shared.messaging.amqp import JSON, explain_refusal, read_user
from shared.security import tls
from shared.settings.groups import BrokerSettings

PATIENCE = 8
"""Seconds that connecting, or confirming a message, may take."""


@asynccontextmanager
async def connect_broker(settings: BrokerSettings) -> AsyncIterator[AbstractConnection]:
    """A connection while the block runs. Raises `Unavailable`, `SettingError`."""
    link = BrokerLink(settings)
    with explain_broker_errors():
        try:
            async with asyncio.timeout(PATIENCE):
                connection = await link.connect()
            yield connection
        finally:
            await link.drop()


async def publish_event(settings: BrokerSettings, event: Event) -> None:
    """Publishes an event that has an id of its own, as the operator's broker user. Raises `Unavailable`."""
    message = Message(
        event.body(),
        headers={headers.APPLICATION: str(event.application_id)},
        content_type=JSON,
        delivery_mode=DeliveryMode.PERSISTENT,
        correlation_id=str(event.own_id),
        message_id=str(event.own_id),
        timestamp=clock.now(),
        type=event.TYPE,
        user_id=read_user(settings.need("rabbitmq_url")),
    )
    async with (
        connect_broker(settings) as connection,
        connection.channel(publisher_confirms=True, on_return_raises=True) as channel,
    ):
        exchange = await channel.get_exchange(topology.EVENTS, ensure=False)
        await exchange.publish(message, event.name(), mandatory=True, timeout=PATIENCE)


@contextmanager
def explain_broker_errors() -> Iterator[None]:
    """Turns a broker connection's exceptions into `Unavailable`."""
    try:
        yield
    except TimeoutError:
        raise Unavailable("the broker did not answer in time (ACE_RABBITMQ_URL)") from None
    except (AMQPError, OSError) as error:
        if reason := tls.BROKER.explain_failure(error):
            raise Unavailable(f"the broker: {reason}") from None
        raise Unavailable(f"the broker is away or refuses: {explain_refusal(error)} (ACE_RABBITMQ_URL)") from None
