"""Proves that the broker stamps every message with the time of its arrival, whatever its publisher says."""

import asyncio

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.exceptions import PublishError
from aiormq.exceptions import ChannelAccessRefused, ChannelNotFoundEntity

from shared.messaging import headers
from shared.messaging.amqp import CONFIRM_WITHIN, explain_refusal
from shared.messaging.topology import UNBOUND

FORGED = 1
"""A stamp of 1970."""


class CannotProve(Exception):  # what it is
    """The broker does not let this user try. Its text is the broker's."""


async def overwrites_stamps(connection: AbstractConnection, exchange: str) -> bool:
    """Whether the broker overwrites a forged stamp, seen from a message that it returns because no queue gets it.

    `exchange`: one to which this user may write with the key `UNBOUND`.

    Raises:
        CannotProve: this user may not write there, or there is no such exchange.
        BROKER_AWAY: the broker is away.

    """
    forged = aio_pika.Message(b"", headers={headers.STAMP: FORGED})
    async with asyncio.timeout(CONFIRM_WITHIN), connection.channel(on_return_raises=True) as channel:
        goal = await channel.get_exchange(exchange, ensure=False)
        try:
            await goal.publish(forged, UNBOUND, mandatory=True)
        except (ChannelAccessRefused, ChannelNotFoundEntity) as refusal:
            raise CannotProve(explain_refusal(refusal)) from None
        except PublishError as error:
            written = error.message.header.properties.headers if error.message else None
            stamp = (written or {}).get(headers.STAMP)
            return isinstance(stamp, int) and stamp != FORGED
    return False  # a queue took it
