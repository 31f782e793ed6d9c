"""The broker's stamps: believed only while it is proved that it overwrites forged ones.

A broker stamps every message with the time of its arrival (`broker_limits.CONFIGURATION`). One that does not would pass
on whatever a gateway writes there. Every worker forges a stamp at its start and on every new connection, because that
may lead to another node (`stamp_proof`).
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from aio_pika.abc import AbstractIncomingMessage
from faststream.rabbit import RabbitBroker

from shared.cancellation import is_meant_for_us
from shared.messaging import headers
from shared.messaging.amqp import BROKER_AWAY, explain_refusal
from shared.messaging.broker_limits import STAMP_SETTING
from shared.messaging.stamp_proof import CannotProve, overwrites_stamps
from shared.messaging.topology import EVENTS
from shared.observability import metrics

log = structlog.get_logger()

PAUSE = 1.0
"""Seconds between attempts if the broker does not answer."""

Take = Callable[[AbstractIncomingMessage], Awaitable[None]]


class Stamps:
    """What is known about the stamps of a worker's connection."""

    def __init__(self, broker: RabbitBroker) -> None:
        self._broker = broker
        self._known = asyncio.Event()
        self._are_proved = False
        self._proving: asyncio.Task[None] | None = None

    async def are_proved(self) -> bool:
        """Whether stamps are believed. Waits until the current connection has been tried."""
        await self._known.wait()
        return self._are_proved

    def guard(self, take: Take) -> Take:
        """Takes a delivery once it is known whether its stamp is believed; if not, without its stamp."""

        async def take_guarded(raw: AbstractIncomingMessage) -> None:
            if not await self.are_proved():
                headers.drop_stamp(raw)
            await take(raw)

        return take_guarded

    async def watch(self) -> None:
        """Tries the current connection and, in the background, each later one. The broker must have been started."""
        connection = await self._broker.connect()
        connection.close_callbacks.add(self._forget)
        connection.reconnect_callbacks.add(self._try_anew)
        self._try_anew(connection)
        await self._known.wait()

    def stop(self) -> None:
        """Tries no more."""
        if self._proving:
            self._proving.cancel()

    def _forget(self, _connection: object, _reason: BaseException | None) -> None:
        self._known.clear()
        self.stop()

    def _try_anew(self, _connection: object) -> None:
        self.stop()
        self._proving = asyncio.create_task(self._prove())

    async def _prove(self) -> None:
        while not self._known.is_set():
            try:
                self._note(proved=await overwrites_stamps(await self._broker.connect(), EVENTS))
            except CannotProve as refusal:
                self._note(proved=False, reason=str(refusal))
            except asyncio.CancelledError:
                if is_meant_for_us():
                    raise
                await asyncio.sleep(PAUSE)
            except BROKER_AWAY as error:
                log.warning("cannot try the broker's stamps yet", reason=explain_refusal(error))
                await asyncio.sleep(PAUSE)
            except Exception as error:  # noqa: BLE001  # otherwise deliveries would wait forever
                self._note(proved=False, reason=type(error).__name__)

    def _note(self, *, proved: bool, reason: str = "it passes on a forged one") -> None:
        metrics.STAMPED.set(proved)
        self._are_proved = proved
        self._known.set()
        if not proved:
            log.error(
                "the broker does not stamp the time of arrival: what was entered counts back a minute from now at most",
                reason=reason,
                to_do=f"{STAMP_SETTING} = true in rabbitmq.conf of every node",
            )
