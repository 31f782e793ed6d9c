"""Ends a delivery: acknowledges, retries or parks it. Never sends a bare nack.

A delivery stays unacknowledged until the broker confirms everything published here. If its channel closes before
that, the broker delivers the message again.
"""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

import structlog
from aio_pika.abc import AbstractIncomingMessage

from shared.contracts.message import Reply
from shared.domain.errors import Conflict, ContractBroken, PermanentFailure, TransientFailure
from shared.messaging import headers, spans, topology
from shared.messaging.amqp import BROKER_AWAY
from shared.messaging.delivery import Caller, Delivery, find_caller, read_headers, read_id
from shared.messaging.forwarding import keep_body, keep_properties
from shared.messaging.handler import RefusedCommands, Store
from shared.messaging.permissions import match_replies
from shared.messaging.publishing import NotConfirmed, Publisher, Rejected
from shared.messaging.recovery import Action, Park, Retry, describe, is_bug, recover
from shared.messaging.refusals import make_refusal
from shared.messaging.topology import WorkQueue
from shared.observability import tracing
from shared.observability.queue_metrics import QueueMetrics

log = structlog.get_logger()

PAUSE = 1.0
"""Seconds before an unconfirmed message is published again."""


class Executor:
    """Ends the deliveries of one queue."""

    def __init__(
        self,
        queue: WorkQueue,
        *,
        user: str,
        publisher: Publisher,
        store: Store[Any],
        clock: Callable[[], datetime],
        refused: RefusedCommands | None = None,
    ) -> None:
        self.queue = queue
        self.measured = QueueMetrics(queue.name)
        self.user = user
        self._publisher = publisher
        self._store = store
        self._clock = clock
        self._refused = refused
        self.may_acknowledge = asyncio.Event()
        """Cleared to withhold acknowledgments: finished deliveries then fill the prefetch, and nothing new arrives."""
        self.may_acknowledge.set()

    async def acknowledge(self, raw: AbstractIncomingMessage, result: str = "done") -> None:
        """Acknowledges a finished delivery."""
        self.measured.results[result].inc()
        tracing.note({"ace.result": result})
        await self.may_acknowledge.wait()
        try:
            with spans.open_settle(self.queue.name):
                await raw.ack()
        except BROKER_AWAY:
            log.info("not acknowledged: the channel closed, so it will be delivered again")

    async def reply(self, caller: Caller, reply: Reply, *, cause: UUID, at: datetime) -> None:
        """Replies to the caller. A caller that is gone loses nothing: it asks for the outcome later."""
        if not caller.reply_to or not re.search(match_replies(caller.user), caller.reply_to):
            return  # no reply wanted, or the queue is not the caller's own
        try:
            await self._publisher.reply(
                reply,
                id=uuid5(cause, "reply"),
                at=at,
                reply_to=caller.reply_to,
                correlation_id=caller.correlation_id,
            )
        except NotConfirmed:
            log.info("the caller is gone")

    async def _refuse(
        self, raw: AbstractIncomingMessage, delivery: Delivery | None, failure: Exception, reason: str
    ) -> None:
        """Tells the sender why a command is parked, or a question cannot be read. Only whom the broker vouches for."""
        caller = find_caller(raw, self.user)
        if caller.user:
            refusal = make_refusal(raw, delivery, failure, reason)
            cause = read_id(raw) or uuid5(refusal.application_id, raw.message_id or "")
            await self.reply(caller, refusal, cause=cause, at=self._clock())

    async def recover(self, raw: AbstractIncomingMessage, delivery: Delivery | None, failure: Exception) -> None:
        """Applies the recovery policy to a failure. `delivery` is None if the message was unreadable."""
        tracing.note_failure(type(failure).__name__, describe(failure))
        now = self._clock()
        expires_at = delivery.message.deadline if delivery else None
        until = failure.until if isinstance(failure, TransientFailure) else None
        action = recover(
            self.queue.recovery,
            failure,
            attempts=headers.read_count(raw, headers.ATTEMPTS),
            bugs=headers.read_count(raw, headers.BUGS),
            age=now - delivery.published_at if delivery else timedelta(),
            expires_in=expires_at - now if expires_at else None,
            passes_in=until - now if until else None,
        )
        await self._carry_out(action, raw, delivery, failure)

    async def _carry_out(
        self, action: Action, raw: AbstractIncomingMessage, delivery: Delivery | None, failure: Exception
    ) -> None:
        if isinstance(action, Retry | Park) and is_bug(failure):
            log.error("a bug in this service", exc_info=failure)
        if isinstance(action, Retry):
            await self._retry(raw, action)
        elif isinstance(action, Park):
            await self._park(raw, delivery, action.reason, failure)
        else:
            log.warning("a question goes unanswered", error=type(failure).__name__)
            if isinstance(failure, ContractBroken):
                await self._refuse(raw, delivery, failure, failure.reason)
            await self.acknowledge(raw, "unanswered")

    async def _retry(self, raw: AbstractIncomingMessage, retry: Retry) -> None:
        delay = retry.step.delay.total_seconds()
        log.warning("will be tried again", reason=retry.reason, after=delay, tried=retry.attempts)
        added: dict[str, object] = {
            headers.ATTEMPTS: retry.attempts,
            headers.BUGS: retry.bugs,
            headers.REASON: retry.reason,
        }
        properties = keep_properties(raw, self.user, added, self._clock())
        if await self._forward(raw, retry.step.name, self.queue.name, properties, keep_body(raw)):
            await self.acknowledge(raw, "retried")

    async def _park(
        self, raw: AbstractIncomingMessage, delivery: Delivery | None, reason: str, failure: Exception
    ) -> None:
        now = self._clock()
        log.error("parked among the dead letters", reason=reason, error=type(failure).__name__)
        await self._mark(raw, delivery, failure, reason, now)
        added: dict[str, object] = {
            headers.FROM_QUEUE: self.queue.name,
            headers.REASON: reason,
            headers.EXCEPTION: type(failure).__name__,
            headers.PARKED_AT: now.isoformat(),
        }
        if isinstance(failure, PermanentFailure) and failure.status is not None:
            added[headers.STATUS] = str(failure.status)
        if isinstance(failure, ContractBroken):
            added |= headers.write_breaches(failure.breaches)
        expires_at = delivery.message.deadline if delivery else None
        body = b"" if expires_at and now >= expires_at else keep_body(raw)  # a code that is over is no longer kept
        if await self._forward_to_dead(raw, keep_properties(raw, self.user, added, now), body):
            if self.queue.recovery.person_waits:
                await self._refuse(raw, delivery, failure, reason)
            await self.acknowledge(raw, "parked")

    async def _mark(
        self, raw: AbstractIncomingMessage, delivery: Delivery | None, failure: Exception, reason: str, now: datetime
    ) -> None:
        """Marks what the message is about. If it is unreadable, its headers may say what that is.

        A command that breaks its contract is remembered by its sender and id, too: what it is about may not exist.
        """
        message = delivery.message if delivery else read_headers(raw, self.queue.message, self.user)
        sender, id = find_caller(raw, self.user).user, read_id(raw)
        try:
            if message:
                await self._store.mark(message, id, sender=sender, reason=reason, now=now)
            if self._refused and sender and id and (message is None or isinstance(failure, ContractBroken)):
                await self._refused.remember(sender, id, reason, now)
        except (TransientFailure, Conflict):
            log.warning("the database does not show it as parked")

    async def park_as_delivered(self, raw: AbstractIncomingMessage, error: Exception) -> None:
        """Parks a message as it arrived, so that it does not block the queue: the last resort if recovery fails too."""
        log.critical("a delivery could not be recovered", exc_info=error)
        properties = {
            "message_type": raw.type,
            "message_id": raw.message_id,
            "timestamp": raw.timestamp,
            "correlation_id": raw.correlation_id,
            "headers": {
                headers.FROM_QUEUE: self.queue.name,
                headers.REASON: "recovery failed; see the log of that time",
                headers.ORIGIN: headers.read_origin(raw, self.user),
                headers.ARRIVED: headers.read_stamp(raw, self.user),
            },
        }
        try:
            if await self._forward_to_dead(raw, properties, keep_body(raw)):
                await self.acknowledge(raw, "parked")
        except Exception as again:  # the broker delivers it again after `broker_limits.HANDLED_WITHIN`
            log.critical("parking failed as well", exc_info=again)

    async def _forward_to_dead(self, raw: AbstractIncomingMessage, properties: dict[str, Any], body: bytes) -> bool:
        """Parks a delivery. If the dead letters are full, retries it after the longest delay instead.

        If we kept such deliveries, they would block the queue once they filled the prefetch.
        """
        try:
            return await self._forward(raw, topology.DEAD, self.queue.dead, properties, body)
        except Rejected:
            recovery = self.queue.recovery
            step = (topology.RETRY_STEPS if recovery.person_waits else recovery.delays)[-1]
            log.critical("the dead letters are full: it waits instead", after=step.delay.total_seconds())
            return await self._forward(raw, step.name, self.queue.name, properties, keep_body(raw))

    async def _forward(
        self, raw: AbstractIncomingMessage, exchange: str, routing_key: str, properties: dict[str, Any], body: bytes
    ) -> bool:
        """Forwards a delivery; repeats until the broker confirms it or the channel closes.

        Raises `Rejected` if the dead letters are full.
        """
        while _is_open(raw):
            try:
                await self._publisher.forward(body, exchange=exchange, routing_key=routing_key, **properties)
            except NotConfirmed as error:
                if isinstance(error, Rejected) and exchange == topology.DEAD:
                    raise
                log.warning("cannot be forwarded yet", exchange=exchange, reason=str(error))
                await asyncio.sleep(PAUSE)
            else:
                return True
        return False


def _is_open(raw: AbstractIncomingMessage) -> bool:
    """Whether the delivery's channel is open. aio-pika may raise if it is closed."""
    try:
        return not raw.channel.is_closed
    except BROKER_AWAY:
        return False
