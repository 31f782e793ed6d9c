"""Sends commands and queries to the broker, and waits for replies on this process's own reply queue."""

import asyncio
import os
import secrets
import signal
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from aio_pika.abc import AbstractIncomingMessage

from services.gateway.journey.broker import SendResult
from shared.contracts.breach import BreaksContract
from shared.contracts.catalogue import COMMANDS, QUERIES, decode
from shared.contracts.message import Message, Reply
from shared.domain import reference
from shared.messaging import watchdog
from shared.messaging.amqp import read_user
from shared.messaging.connection import NameTaken, consume_replies, disconnect, make_broker, start_when_reachable
from shared.messaging.permissions import name_replies
from shared.messaging.publishing import NotConfirmed, Publisher
from shared.observability import metrics, tracing

log = structlog.get_logger()

PREFETCH = 500
"""Replies that the broker may send ahead."""


class BrokerClient:
    """Sends over RabbitMQ, and matches replies to requests by correlation id.

    `broker.request()` would allow only one request at a time. Here each request has a random correlation id and a
    future, and all share one reply queue.
    """

    def __init__(self, url: str, properties: Mapping[str, Any] | None = None) -> None:
        """`properties`: what the process says about itself (`describe_process`)."""
        names = [contract.name() for contract in (*COMMANDS, *QUERIES)]
        metrics.begin(metrics.BROKER_REQUESTS, names, ("answered", "late", "not-taken"))
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        self._url = url
        self._properties = properties
        self._starting: asyncio.Task[None] | None = None
        self._started = False
        self._prepare()

    def _prepare(self) -> None:
        """Makes a client that is not connected yet, with a new name for its reply queue."""
        user = read_user(self._url)
        self._broker = make_broker(self._url, "gateway", self._properties)
        self._publisher = Publisher(self._broker, user)
        self._replies = name_replies(user, secrets.token_hex(2))
        consume_replies(self._broker, self._replies, self._take, prefetch=PREFETCH)

    async def start(self) -> None:
        """Starts connecting to the broker in the background; pages are served meanwhile."""
        self._starting = asyncio.create_task(self._start())

    async def _start(self) -> None:
        while not await self._has_begun():
            await disconnect(self._broker)
            self._prepare()
        self._started = True
        log.info("started", replies=self._replies)
        await watchdog.watch(self._broker, self._url)
        log.critical("replies no longer reach this process: it exits, to be restarted")
        os.kill(os.getpid(), signal.SIGTERM)

    async def _has_begun(self) -> bool:
        """Connects once the broker is reachable. False: another process has a reply queue of this name."""
        try:
            await start_when_reachable(self._broker)
        except NameTaken:
            return False
        return True

    async def stop(self) -> None:
        """Closes the connection, and with it the reply queue."""
        if self._starting:
            self._starting.cancel()
            with suppress(asyncio.CancelledError):
                await self._starting
        await disconnect(self._broker)

    async def is_ready(self) -> bool:
        """Whether the broker itself confirms that our reply queue has a consumer."""
        if not await self._is_connected() or not await watchdog.is_consuming(self._broker):
            return False
        return await watchdog.have_consumers(self._broker, [self._replies])

    async def _is_connected(self) -> bool:
        return self._started and (await self._broker.connect()).connected.is_set()

    async def send(self, message: Message, *, id: UUID, at: datetime, wait: float) -> SendResult:
        """Sends a message and waits for its reply. Not taken: the broker is down, or did not confirm in time."""
        if tracing.is_on():
            tracing.note({tracing.REFERENCE: reference.derive(message.application_id)})
        result = await self._send(message, id, at, wait)
        ended = ("answered" if result.reply else "late") if result.taken else "not-taken"
        metrics.BROKER_REQUESTS.labels(message.name(), ended).inc()
        return result

    async def _send(self, message: Message, id: UUID, at: datetime, wait: float) -> SendResult:
        if not await self._is_connected():
            return SendResult(taken=False)
        correlation_id = secrets.token_hex(16)
        reply = self._waiting[correlation_id] = asyncio.get_running_loop().create_future()
        taken = False
        try:
            async with asyncio.timeout(wait):
                await self._publisher.publish(
                    message,
                    id=id,
                    at=at,
                    reply_to=self._replies,
                    correlation_id=correlation_id,
                )
                taken = True
                return SendResult(taken, await reply)
        except (NotConfirmed, TimeoutError):
            return SendResult(taken)
        finally:
            del self._waiting[correlation_id]

    async def _take(self, raw: AbstractIncomingMessage) -> None:
        """Hands a reply to its waiting request. A late one is dropped: the page asks for the outcome again."""
        waiting = self._waiting.get(raw.correlation_id or "")
        if waiting is None or waiting.done():
            return
        try:
            reply = decode(raw.type or "", raw.body)
        except BreaksContract as error:
            log.warning("cannot read a reply", reason=str(error))
            return
        if isinstance(reply, Reply):
            waiting.set_result(reply)
