"""How a delivery ends: acknowledged, sent to wait, or parked among the dead letters. Never a bare nack.

Whatever is published here is confirmed before the delivery is acknowledged. While the broker confirms nothing, the
delivery is kept; when its channel closes, the broker delivers it again.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

import structlog
from aio_pika.abc import AbstractIncomingMessage

from shared.contracts.commands import StartApplication
from shared.contracts.events import CodeIssued, email_of
from shared.contracts.message import Command, Reply
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain import reference
from shared.domain.application import Application, Parked
from shared.domain.errors import Conflict, PermanentFailure, TransientFailure
from shared.messaging import delivery as headers
from shared.messaging import topology
from shared.messaging.connection import BROKER_AWAY
from shared.messaging.delivery import Delivery
from shared.messaging.publishing import NotConfirmed, Publisher
from shared.messaging.topology import RETRY_STEPS, RetryStep, WorkQueue
from shared.observability import metrics

log = structlog.get_logger()

OLDEST = timedelta(hours=24)
"""How long trouble may take to pass before a message is parked."""

DEFECT_ATTEMPTS = 5
"""How often a message is tried in all that meets a bug in this service."""

AWAITED_STEPS = RETRY_STEPS[:2]
"""A person waits for a command's reply: it never waits more than five seconds a step."""

CODE_STEPS = RETRY_STEPS[:3]
"""A code is valid for minutes: its email never waits more than thirty seconds a step."""


QUEUES = frozenset(binding.queue for binding in topology.bindings())


class Parking(Protocol):
    """Where it is written on an application that a message about it is parked."""

    async def mark(self, application_id: UUID, parked: Parked) -> bool:
        """Marks the application; whether there is one. Raises `TransientFailure`."""

    async def save(self, application: Application) -> None:
        """Stores an application that is not there yet. Raises `Conflict`, `TransientFailure`."""


class Settling:
    """Settles the deliveries of one queue."""

    def __init__(
        self,
        queue: WorkQueue,
        *,
        user: str,
        publisher: Publisher,
        parking: Parking,
        clock: Callable[[], datetime],
    ) -> None:
        self.queue = queue
        self.user = user
        self._publisher = publisher
        self._parking = parking
        self._clock = clock
        self.acknowledging = asyncio.Event()
        """Cleared while acknowledgements are held back: what is settled keeps its place, and nothing new comes."""
        self.acknowledging.set()

    @contextmanager
    def watching(self, raw: AbstractIncomingMessage) -> Iterator[None]:
        """Puts the message's name on every log line, and its time into the metrics."""
        with (
            structlog.contextvars.bound_contextvars(queue=self.queue.name, message_id=raw.message_id),
            metrics.STEP_SECONDS.labels(self.queue.name).time(),
        ):
            yield

    async def done(self, raw: AbstractIncomingMessage, result: str = "done") -> None:
        """Acknowledges a delivery that is settled."""
        metrics.MESSAGES.labels(self.queue.name, result).inc()
        await self.acknowledging.wait()
        try:
            await raw.ack()
        except BROKER_AWAY:
            log.info("not acknowledged: the channel closed, so it will be delivered again")

    async def reply(self, delivery: Delivery, reply: Reply, at: datetime) -> None:
        """Answers the asker. One that is gone asks for the outcome later, so nothing is lost."""
        if not delivery.reply_to or delivery.reply_to in QUEUES:
            return  # nobody asked, or somebody who would have us write to a queue of the system's own
        try:
            await self._publisher.reply(
                reply,
                id=uuid5(delivery.id, "reply"),
                at=at,
                reply_to=delivery.reply_to,
                correlation_id=delivery.correlation_id,
            )
        except NotConfirmed:
            log.info("the asker is gone")

    async def trouble(self, raw: AbstractIncomingMessage, delivery: Delivery | None, trouble: Exception) -> None:
        """What becomes of a message that could not be handled."""
        if self.queue.is_query:
            log.warning("a question goes unanswered", error=type(trouble).__name__)
            return await self.done(raw, "unanswered")
        if isinstance(trouble, PermanentFailure):
            return await self._park(raw, delivery, trouble.reason, trouble)
        defects = headers.count(raw, headers.DEFECTS)
        if not isinstance(trouble, TransientFailure):
            defects += 1
            log.error("a bug in this service", exc_info=trouble)
            if defects >= DEFECT_ATTEMPTS:
                return await self._park(raw, delivery, "a bug in this service; see the log of that time", trouble)
        if delivery and self._clock() >= _too_old_at(delivery):
            return await self._park(raw, delivery, f"too old; last trouble: {_sentence(trouble)}", trouble)
        return await self._wait(raw, trouble, defects)

    async def last_resort(self, raw: AbstractIncomingMessage, error: Exception) -> None:
        """Parks a message as it came when settling it failed too, so that it does not hold its place for ever."""
        log.critical("a delivery could not be settled", exc_info=error)
        found = {
            headers.FROM_QUEUE: self.queue.name,
            headers.REASON: "it could not be settled; see the log of that time",
            headers.ORIGIN: headers.origin(raw, self.user),
        }
        try:
            while _can_be_settled(raw):
                try:
                    await self._publisher.forward(
                        raw.body,
                        exchange=topology.DEAD,
                        routing_key=self.queue.dead,
                        message_type=raw.type,
                        message_id=raw.message_id,
                        timestamp=raw.timestamp,
                        correlation_id=raw.correlation_id,
                        headers=found,
                    )
                except NotConfirmed:
                    await asyncio.sleep(1)
                else:
                    return await self.done(raw, "parked")
        except Exception as again:  # left to the broker, which delivers it again
            log.critical("nor could it be parked", exc_info=again)

    async def _wait(self, raw: AbstractIncomingMessage, trouble: Exception, defects: int) -> None:
        tried = headers.count(raw, headers.ATTEMPTS)
        steps = _steps(self.queue)
        step = steps[min(tried, len(steps) - 1)]
        log.warning("will be tried again", reason=_sentence(trouble), after=step.delay.total_seconds(), tried=tried + 1)
        found: dict[str, object] = {
            headers.ATTEMPTS: tried + 1,
            headers.DEFECTS: defects,
            headers.REASON: _sentence(trouble),
        }
        if await self._forwarded(raw, step.name, self.queue.name, found):
            await self.done(raw, "again")

    async def _park(
        self, raw: AbstractIncomingMessage, delivery: Delivery | None, reason: str, trouble: Exception
    ) -> None:
        now = self._clock()
        log.error("parked among the dead letters", reason=reason, error=type(trouble).__name__)
        if delivery:
            message = delivery.message
            await self._mark(delivery, Parked(delivery.id, message.name(), reason, now, email_of(message)))
        found: dict[str, object] = {
            headers.FROM_QUEUE: self.queue.name,
            headers.REASON: reason,
            headers.EXCEPTION: type(trouble).__name__,
            headers.PARKED_AT: now.isoformat(),
        }
        if isinstance(trouble, PermanentFailure) and trouble.status is not None:
            found[headers.STATUS] = str(trouble.status)
        if await self._forwarded(raw, topology.DEAD, self.queue.dead, found):
            if delivery and isinstance(delivery.message, Command):
                refusal = Refused(application_id=delivery.message.application_id, problem=Problem.UNAVAILABLE)
                await self.reply(delivery, refusal, now)
            await self.done(raw, "parked")

    async def _mark(self, delivery: Delivery, parked: Parked) -> None:
        message = delivery.message
        try:
            if not await self._parking.mark(message.application_id, parked) and isinstance(message, StartApplication):
                begun = Application.begin(
                    message.application_id,
                    gateway=delivery.user,
                    taken_at=min(message.taken_at, parked.at),
                    now=parked.at,
                    cause=message.name(),
                )
                await self._parking.save(begun.with_parked(parked))
        except (TransientFailure, Conflict):
            log.warning("the application could not be marked as parked", reference=reference.of(message.application_id))

    async def _forwarded(
        self, raw: AbstractIncomingMessage, exchange: str, routing_key: str, found: dict[str, object]
    ) -> bool:
        """Publishes a delivery on; insists until the broker confirms or the delivery's channel is gone."""
        while _can_be_settled(raw):
            try:
                await self._publisher.forward(
                    raw.body,
                    exchange=exchange,
                    routing_key=routing_key,
                    **headers.properties(raw, self.user, found),
                )
            except NotConfirmed as error:
                log.warning("cannot be sent on yet", exchange=exchange, reason=str(error))
                await asyncio.sleep(1)
            else:
                return True
        return False


def _can_be_settled(raw: AbstractIncomingMessage) -> bool:
    """Whether the delivery's channel is open. Asked for a closed one, aio-pika raises instead of answering."""
    try:
        return not raw.channel.is_closed
    except BROKER_AWAY:
        return False


def _steps(queue: WorkQueue) -> tuple[RetryStep, ...]:
    if queue.awaited:
        return AWAITED_STEPS
    return CODE_STEPS if queue.message is CodeIssued else RETRY_STEPS


def _too_old_at(delivery: Delivery) -> datetime:
    if isinstance(delivery.message, CodeIssued):
        return delivery.message.expires_at
    return delivery.published_at + OLDEST


def _sentence(trouble: Exception) -> str:
    """Our own words for trouble; of anything else only its type: libraries quote what they were given."""
    return str(trouble) if isinstance(trouble, TransientFailure) else type(trouble).__name__
