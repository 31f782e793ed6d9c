"""Sends commands and questions over RabbitMQ, and waits for their replies on a queue of this process's own."""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self
from uuid import UUID, uuid4

import aio_pika
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aio_pika.exceptions import AMQPError, ChannelClosed

from ace_gateway_client.replies import read_reply
from shared.contracts.commands import AskOutcome
from shared.contracts.message import MOST_BYTES, Command, Query, Reply
from shared.contracts.replies import ApplicationStatus, Refused

COMMANDS = "ace.commands"
REPLIES = "gateway.replies"
QUESTION_LIFETIME = 5
"""Seconds after which a question is not worth answering."""

ASK_EVERY = 1.0
"""Seconds between two questions about the same application."""

NAMES = 5
"""Names to try for the reply queue: four hexadecimal digits can be another process's."""

BROKER_AWAY = (AMQPError, OSError, RuntimeError)
"""Raised when the broker or a connection is gone. RuntimeError: a channel that was just closed."""


class NotSent(Exception):
    """The broker did not confirm it. Send it again, under the same id."""


@dataclass
class _Link:
    connection: AbstractConnection
    channel: AbstractChannel
    commands: AbstractExchange
    user: str
    replies: str
    tag: str
    """Of the consumer of our reply queue."""

    async def is_lost(self) -> bool:
        """Whether replies no longer come: the channel is closed, or the broker took the reply queue away."""
        if self.channel.is_closed:
            return True
        underlay: Any = await self.channel.get_underlay_channel()
        return self.tag not in underlay.consumers


class GatewayClient:
    """A connection to the broker, made when it is needed and it was lost. Use it as an async context manager."""

    def __init__(self, url: str, app_id: str) -> None:
        self._url = url
        self._app_id = app_id
        self._link: _Link | None = None
        self._connecting = asyncio.Lock()
        self._waiting: dict[str, asyncio.Future[AbstractIncomingMessage]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._disconnect()

    async def send(self, message: Command | Query, id: UUID, wait: float = 5) -> Reply:
        """Sends a message under its id, and waits some seconds for the reply.

        Raises:
            NotSent: the broker is away, or did not take it in time. Send it again.
            TimeoutError: no reply came in time. The command was taken and is never lost: `ask` what became of it.
            UnreadableReply: a reply came that this package cannot read.

        """
        body = message.body()
        if len(body) > MOST_BYTES:
            raise ValueError(f"the body has {len(body)} bytes, over {MOST_BYTES}")
        correlation_id = secrets.token_hex(16)
        reply = self._waiting[correlation_id] = asyncio.get_running_loop().create_future()
        confirmed = False
        try:
            async with asyncio.timeout(wait):
                await self._publish(message, body, id, correlation_id)
                confirmed = True
                came = await reply
        except TimeoutError:
            if confirmed:
                raise
            raise NotSent("the broker did not confirm it in time") from None
        finally:
            del self._waiting[correlation_id]
        return read_reply(came.type or "", came.body)

    async def ask(self, application_id: UUID, command_id: UUID, wait: float = 5) -> ApplicationStatus | Refused:
        """Asks what became of a command, and how its application stands. Raises as `send` does."""
        question = AskOutcome(application_id=application_id, command_id=command_id)
        reply = await self.send(question, uuid4(), wait)
        if isinstance(reply, ApplicationStatus | Refused):
            return reply
        raise TypeError(f"{reply.TYPE} answers no question")

    async def ask_until(
        self, is_enough: Callable[[ApplicationStatus], bool], application_id: UUID, command_id: UUID, within: float
    ) -> ApplicationStatus | Refused:
        """Asks every second until it is enough, or refused. Raises `TimeoutError` after so many seconds."""
        async with asyncio.timeout(within):
            while True:
                try:
                    said = await self.ask(application_id, command_id)
                except (NotSent, TimeoutError):
                    pass  # the broker or the workers are away: ask again
                else:
                    if isinstance(said, Refused) or is_enough(said):
                        return said
                await asyncio.sleep(ASK_EVERY)

    async def _publish(self, message: Command | Query, body: bytes, id: UUID, correlation_id: str) -> None:
        try:
            link = await self._connect()
            sent = aio_pika.Message(
                body,
                type=message.TYPE,
                message_id=str(id),
                user_id=link.user,
                reply_to=link.replies,
                correlation_id=correlation_id,
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                content_type="application/json",
                timestamp=time.time(),
                app_id=self._app_id,
                expiration=QUESTION_LIFETIME if isinstance(message, Query) else None,
                headers={"ace-application": str(message.application_id)},
            )
            await link.commands.publish(sent, routing_key=message.name())  # returns once the broker has confirmed it
        except BROKER_AWAY as error:
            raise NotSent("the broker did not confirm it") from error

    async def _connect(self) -> _Link:
        async with self._connecting:
            if self._link is None or await self._link.is_lost():
                await self._disconnect()
                self._link = await self._open()
            return self._link

    async def _disconnect(self) -> None:
        if self._link:
            with suppress(*BROKER_AWAY):
                await self._link.connection.close()

    async def _open(self) -> _Link:
        connection = await aio_pika.connect(self._url)
        user = connection.url.user or "guest"
        try:
            for attempt in range(NAMES):
                channel = await connection.channel(on_return_raises=True)
                name = f"{REPLIES}.{user}.{secrets.token_hex(2)}"
                try:
                    queue = await channel.declare_queue(name, exclusive=True, auto_delete=True)
                except ChannelClosed:
                    if attempt == NAMES - 1:
                        raise
                    continue
                tag = await queue.consume(self._take, no_ack=True)
                return _Link(connection, channel, await channel.get_exchange(COMMANDS, ensure=False), user, name, tag)
            raise AssertionError("the last attempt returns or raises")
        except BaseException:
            await connection.close()
            raise

    async def _take(self, message: AbstractIncomingMessage) -> None:
        waiting = self._waiting.get(message.correlation_id or "")
        if waiting is not None and not waiting.done():  # a late one is dropped: ask-outcome tells of it
            waiting.set_result(message)
