"""The way of every message: deliver, decode, gather, decide, save, publish (confirmed), reply, acknowledge.

A crash anywhere before the acknowledgement means that the message comes again. What it led to is then taken from the
application, and published and answered once more under the same ids.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import structlog
from aio_pika.abc import AbstractIncomingMessage
from structlog.contextvars import bind_contextvars

from shared.contracts.message import Command, Query
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain import reference
from shared.domain.application import Application
from shared.domain.email import Email
from shared.domain.errors import Conflict, PermanentFailure, TransientFailure
from shared.domain.handled_result import HandledResult
from shared.messaging.delivery import Delivery, read
from shared.messaging.handler import Applications, Handler, Situation
from shared.messaging.publishing import Publisher
from shared.messaging.settling import Settling
from shared.observability import metrics

log = structlog.get_logger()

CONFLICTS = 20
"""How often in a row somebody else may be faster before a message waits its turn."""


PAUSE = 1.0
"""Seconds before it is tried again to write down what came of an email. It is out: forgotten, it would go out again."""


@dataclass(frozen=True)
class Decided:
    """What a message leads to, and the trouble that the loop is told of after storing."""

    outcome: HandledResult
    trouble: TransientFailure | PermanentFailure | None = None


@dataclass(frozen=True)
class HandedOver:
    """An email was handed over under a claim; with these facts the step decides again."""

    facts: Any
    claim: Email


class Processor:
    """Takes the messages of one step."""

    def __init__(
        self,
        step: Handler[Any, Any],
        *,
        applications: Applications,
        publisher: Publisher,
        settling: Settling,
        clock: Callable[[], datetime],
    ) -> None:
        self._step = step
        self._applications = applications
        self._publisher = publisher
        self._settling = settling
        self._clock = clock
        self.in_flight: set[asyncio.Task[None]] = set()
        """Deliveries that were begun and are not at their end yet, those of a lost connection included."""

    async def take(self, raw: AbstractIncomingMessage) -> None:
        """Takes one delivery to its end: done, waiting to be tried again, or parked; each acknowledged.

        A lost connection cancels what takes its deliveries, and they come again. What was begun is brought to its end
        all the same: an email that is on its way would else go out twice, or wait for its lease.
        """
        taking = asyncio.create_task(self._take(raw))
        self.in_flight.add(taking)
        taking.add_done_callback(self.in_flight.discard)
        await asyncio.shield(taking)

    async def _take(self, raw: AbstractIncomingMessage) -> None:
        with self._settling.watching(raw):
            delivery: Delivery | None = None
            try:
                delivery = read(raw, self._step.message, self._settling.user)
                bind_contextvars(reference=reference.of(delivery.message.application_id))  # this task's lines only
                await self._answer(delivery, await self._outcome(delivery))
            except Exception as trouble:  # noqa: BLE001  # whatever it is, the delivery must be settled
                await self._settle(raw, delivery, trouble)
            else:
                await self._settling.done(raw)

    async def _settle(self, raw: AbstractIncomingMessage, delivery: Delivery | None, trouble: Exception) -> None:
        try:
            await self._settling.trouble(raw, delivery, trouble)
        except Exception as error:  # noqa: BLE001  # else the delivery would hold its place for ever
            await self._settling.last_resort(raw, error)

    async def _outcome(self, delivery: Delivery) -> HandledResult:
        """What the message leads to. Decided again while others are faster, and once more after an email went out."""
        handed_over: HandedOver | None = None
        for _ in range(CONFLICTS):
            try:
                found = await self._decided(delivery, handed_over)
            except Conflict:
                metrics.CONFLICTS.labels(self._settling.queue.name).inc()
                continue
            except TransientFailure as trouble:
                if handed_over is None:
                    raise
                log.warning("what came of an email is not written down yet", reason=str(trouble))
                await asyncio.sleep(PAUSE)
                continue
            if isinstance(found, HandedOver):
                handed_over = found
                continue
            if found.trouble:
                raise found.trouble
            return found.outcome
        raise TransientFailure("others kept changing the application, or the database was away")

    async def _decided(self, delivery: Delivery, handed_over: HandedOver | None) -> Decided | HandedOver:
        """One round: remembered from last time, or decided and stored now; then an email goes out, if one is to go."""
        application = await self._applications.load(delivery.message.application_id)
        claim = handed_over.claim if handed_over else None
        situation = Situation(application, delivery.id, delivery.user, self._clock(), claim)
        if self._is_strangers(delivery, situation):
            refusal = Refused(application_id=delivery.message.application_id, problem=Problem.SESSION_OVER)
            return Decided(HandledResult(situation.now, refusal))
        if application and (remembered := application.handled.get(delivery.id)):
            if delivery.id in application.parked:
                await self._applications.save(application.without_parked(delivery.id))
            return Decided(remembered)
        facts = handed_over.facts if handed_over else await self._step.gather(delivery.message, situation)
        decision = self._step.decide(delivery.message, situation, facts)
        outcome = HandledResult(situation.now, decision.reply, decision.follow_ups)
        stored = decision.application
        if decision.finished and stored:
            stored = stored.remembering(delivery.id, outcome)
        elif decision.finished and application and delivery.id in application.parked:
            stored = application.without_parked(delivery.id)  # replayed, and there was nothing left to do
        if stored:
            await self._applications.save(stored, decision.account)
            _log_progress(application, stored)
        if decision.hand_over and stored and self._step.hand_over:
            facts = await self._step.hand_over(delivery.message, stored, decision.hand_over)
            return HandedOver(facts, stored.emails[decision.hand_over])
        return Decided(outcome, decision.trouble)

    @staticmethod
    def _is_strangers(delivery: Delivery, situation: Situation) -> bool:
        """Whether a command or query is about an application that another gateway began."""
        if not isinstance(delivery.message, Command | Query) or situation.application is None:
            return False
        return situation.application.gateway != delivery.user

    async def _answer(self, delivery: Delivery, outcome: HandledResult) -> None:
        await asyncio.gather(
            *(
                self._publisher.publish(event, id=follow_up_id(delivery.id, place), at=outcome.at)
                for place, event in outcome.still_due(self._clock())
            )
        )
        if outcome.reply:
            await self._settling.reply(delivery, outcome.reply, outcome.at)


def _log_progress(before: Application | None, after: Application) -> None:
    if before is None or before.state is not after.state:
        log.info("application moved", state=after.state, problem=after.problem)
    elif after.tries_left < before.tries_left:
        log.info("wrong code", tries_left=after.tries_left)


def follow_up_id(cause: UUID, place: int) -> UUID:
    """The id of a message that follows another: the same whenever it is published again."""
    return uuid5(cause, f"follow-up {place}")
