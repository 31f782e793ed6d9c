"""A connection to the broker for programs that look again and again: made when needed, dropped when it fails."""

import asyncio
from contextlib import suppress

import aio_pika
from aio_pika.abc import AbstractConnection
from aio_pika.connection import make_url

from shared.messaging.amqp import BROKER_AWAY
from shared.messaging.pamqp_patch import read_leniently
from shared.settings.groups import BrokerSettings

HEARTBEAT = 5
"""Seconds. A connection that leads nowhere is gone after three."""

CLOSED_WITHIN = 1
"""Seconds that the broker may take to say goodbye."""


class BrokerLink:
    """The current connection, if there is one."""

    def __init__(self, settings: BrokerSettings) -> None:
        read_leniently()  # otherwise one hostile property would close it
        self._url = make_url(settings.need("rabbitmq_url")).update_query(heartbeat=HEARTBEAT)
        self._connection: AbstractConnection | None = None

    async def connect(self) -> AbstractConnection:
        """The connection, made anew if there is none. Raises the client's exceptions."""
        if self._connection and self._connection.connected.is_set():
            return self._connection
        await self.drop()
        connection = aio_pika.Connection(self._url, client_properties={"connection_name": "acectl"})
        try:
            await connection.connect()
        except BaseException:
            await close_within(connection)
            raise
        self._connection = connection
        return connection

    async def drop(self) -> None:
        """Closes the connection, answered or not."""
        connection, self._connection = self._connection, None
        if connection:
            await close_within(connection)


async def close_within(connection: AbstractConnection) -> None:
    """Closes a connection. One that leads nowhere is left to its heartbeat."""
    with suppress(*BROKER_AWAY):
        async with asyncio.timeout(CLOSED_WITHIN):
            await connection.close()
