"""The path of every message: deliver, decode, gather, decide, save, publish (confirmed), reply, acknowledge.

After a crash anywhere before the acknowledgment, the message is delivered again. Its result is then read from the
store and published and answered once more, under the same ids.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, Generic
from uuid import UUID, uuid5

import structlog
from aio_pika.abc import AbstractIncomingMessage
from structlog.contextvars import bind_contextvars, bound_contextvars

from shared.contracts.breach import Breach
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.contracts.versions import VERSIONS, Versions
from shared.domain import reference
from shared.domain.decision import Situation
from shared.domain.errors import Conflict, ContractBroken, PermanentFailure, TransientFailure
from shared.domain.handled_result import HandledResult
from shared.messaging import headers, spans
from shared.messaging.clock_skew import ClockSkews
from shared.messaging.delivery import Delivery, read
from shared.messaging.executor import Executor
from shared.messaging.handler import Contents, Handler, S, Store
from shared.messaging.in_flight import InFlight
from shared.messaging.own_saves import OwnSaves
from shared.messaging.publishing import Publisher
from shared.messaging.step import EffectResult, Guess, StepResult
from shared.observability import metrics, tracing
from shared.observability.queue_metrics import measure_age

log = structlog.get_logger()

CONFLICTS = 20
"""Conflicts in a row after which a message has to wait."""

PAUSE = 1.0
"""Seconds between attempts to save an effect's result. An effect that is not recorded would happen again."""


class Processor(Generic[S]):
    """Processes the messages of one handler."""

    def __init__(
        self,
        handler: Handler[Any, Any, S],
        *,
        store: Store[S],
        publisher: Publisher,
        executor: Executor,
        clock: Callable[[], datetime],
        contents: Contents | None = None,
        versions: Versions = VERSIONS,
        own_saves: OwnSaves[S] | None = None,
    ) -> None:
        self._handler = handler
        self._store = store
        self._publisher = publisher
        self._executor = executor
        self._clock = clock
        self._contents = contents
        self._versions = versions
        self._own_saves = own_saves or OwnSaves()
        self._skews = ClockSkews()
        self._measured = executor.measured
        self._in_hand: dict[int, datetime] = {}
        """When each message that is being handled was published."""
        self._measured.oldest.set_function(self._measure_oldest)
        self.in_flight = InFlight()
        """Deliveries in progress, including those of a lost connection."""

    async def take(self, raw: AbstractIncomingMessage) -> None:
        """Takes one delivery to its end: done, retried or parked, and always acknowledged.

        A lost connection cancels the tasks that take its deliveries, and the broker delivers again. Work that has begun
        still runs to its end: otherwise an email might go out twice, or wait for its lease.
        """
        taking = asyncio.create_task(self._take(raw))
        self.in_flight.add(taking)
        await asyncio.shield(taking)

    async def _take(self, raw: AbstractIncomingMessage) -> None:
        with self._observe(raw):
            delivery: Delivery | None = None
            try:
                delivery = read(raw, self._handler.message, self._executor.user, self._clock(), self._versions)
                self._in_hand[id(raw)] = delivery.published_at
                self._measured.age.observe(measure_age(delivery.published_at, self._clock()))
                if _is_new(raw):
                    self._skews.note(delivery, self._clock())
                about = reference.derive(delivery.message.application_id)
                bind_contextvars(reference=about)  # this task's lines only
                tracing.note({tracing.REFERENCE: about})
                if delivery.message.sealed_as != delivery.message.TYPE:
                    log.info("taken in an older version", type=raw.type, sender=delivery.user)
                done = await self._handle(delivery, is_new=_is_new(raw))
                await self._publish(delivery, done.result)
                if done.failure:
                    raise done.failure
            except Exception as failure:  # noqa: BLE001  # any failure: the delivery must reach its end
                await self._recover(raw, delivery, failure)
            else:
                await self._executor.acknowledge(raw)

    @contextmanager
    def _observe(self, raw: AbstractIncomingMessage) -> Iterator[None]:
        """Adds the queue and message id to every log line, the duration to the metrics, and a span to the trace."""
        name = self._executor.queue.name
        about = bound_contextvars(queue=name, message_id=raw.message_id)
        with about, self._measured.duration.time(), spans.open_process(raw, name, self._executor.user):
            try:
                yield
            finally:
                self._in_hand.pop(id(raw), None)

    def _measure_oldest(self) -> float:
        return measure_age(min(self._in_hand.values(), default=None), self._clock())

    async def _recover(self, raw: AbstractIncomingMessage, delivery: Delivery | None, failure: Exception) -> None:
        try:
            await self._executor.recover(raw, delivery, failure)
        except Exception as error:  # noqa: BLE001  # otherwise the delivery would hold its place forever
            await self._executor.park_as_delivered(raw, error)

    async def _handle(self, delivery: Delivery, *, is_new: bool) -> StepResult:
        """Handles a message. Decides again after each conflict, and once more after an effect.

        A command that does not open is refused whatever it is about.
        """
        mac = self._contents.compute_mac(delivery.message, delivery.user) if self._contents else ""
        effect: EffectResult[S] | None = None
        for round in range(CONFLICTS):
            is_first = is_new and round == 0
            guess = self._guess(delivery) if is_first else None
            try:
                step = await self._decide(delivery, mac, effect, guess, is_first=is_first)
            except Conflict:
                if guess is None:
                    self._measured.conflicts.inc()
                effect = effect and replace(effect, stored=None)
                continue
            except (TransientFailure, PermanentFailure) as failure:
                if guess:
                    continue
                if effect is None or isinstance(failure, PermanentFailure):
                    raise
                log.warning("the result of an effect is not saved yet", reason=str(failure))
                effect = replace(effect, stored=None)
                await asyncio.sleep(PAUSE)
                continue
            if isinstance(step, StepResult):
                return step
            effect = step
        raise TransientFailure("others kept changing it, or the database was away")

    def _guess(self, delivery: Delivery) -> Guess[S] | None:
        """What is stored as a rule when such a message comes; None if only the store can tell."""
        if self._handler.begins:
            return Guess(None)
        own = self._own_saves.take(delivery.message.application_id, self._clock()) if self._handler.continues else None
        if own is None or delivery.id in own.handled or self._is_from_stranger(delivery, own):
            return None
        return Guess(own)

    async def _decide(
        self, delivery: Delivery, mac: str, effect: EffectResult[S] | None, guess: Guess[S] | None, *, is_first: bool
    ) -> StepResult | EffectResult[S]:
        """One round: recalls the result, or decides and saves it; then runs the effect, if any."""
        expected = effect or guess
        stored = expected.stored if expected else None
        if stored is None and not guess:
            stored = await self._store.load(delivery.message.application_id)
        now = self._clock()
        if self._is_from_stranger(delivery, stored):
            self._measured.strangers.inc()
            log.warning("it is about another gateway's application", gateway=delivery.user)
            refusal = Refused(application_id=delivery.message.application_id, problem=Problem.SESSION_OVER)
            return StepResult(HandledResult(now, refusal))
        if stored and (remembered := stored.handled.get(delivery.id)):
            self._refuse_other_contents(delivery, mac, remembered.mac)
            if delivery.id in stored.parked:
                await self._store.save(stored.unpark_message(delivery.id), stored)
            return StepResult(remembered)
        situation = Situation(stored, delivery.id, delivery.user, now, is_first, delivery.stamped_at)
        facts = effect.facts if effect else await self._handler.gather(delivery.message, situation)
        decision = self._handler.decide(delivery.message, situation, facts)
        if guess and not decision.changed:
            raise Conflict  # only what is saved proves the guess
        result = HandledResult(now, decision.reply, decision.follow_ups, mac)
        changed = decision.changed
        if decision.is_final and changed:
            changed = changed.remember(delivery.id, result)
        elif decision.is_final and stored and delivery.id in stored.parked:
            changed = stored.unpark_message(delivery.id)  # replayed with nothing left to do
        after = stored
        if changed:
            after = await self._store.save(changed, stored, decision.created)
            self._own_saves.keep(delivery.message.application_id, after, now)
            if change := changed.describe_change(stored):
                log.info(**change)
                metrics.count_change(change)
        if decision.effect is not None and changed and after and self._handler.effect:
            return EffectResult(await self._handler.effect(delivery.message, after, decision.effect), after)
        if decision.follow_ups_after and after:
            result = replace(result, follow_ups=(*result.follow_ups, *decision.follow_ups_after(after)))
        if self._handler.count and result.reply:
            self._handler.count(result.reply)
        return StepResult(result, decision.failure)

    def _refuse_other_contents(self, delivery: Delivery, mac: str, remembered: str) -> None:
        """Raises `ContractBroken` if a command's id stands for another one: its answer would be a wrong one."""
        if self._contents is None or remembered in ("", mac):
            return
        is_same = self._contents.matches(remembered, delivery.message, delivery.user)  # under an earlier key
        if not is_same:
            raise ContractBroken({"message_id": Breach.OTHER_CONTENTS})

    def _is_from_stranger(self, delivery: Delivery, stored: S | None) -> bool:
        """Whether another gateway began the application. The broker vouches for the user."""
        if not self._executor.queue.is_for_gateways or stored is None:
            return False
        return not stored.is_answerable_to(delivery.user)

    async def _publish(self, delivery: Delivery, result: HandledResult) -> None:
        await asyncio.gather(
            *(
                self._publisher.publish(event, id=event.own_id or follow_up_id(delivery.id, ordinal), at=result.at)
                for ordinal, event in result.list_due(self._clock())
            )
        )
        if result.reply:
            await self._executor.reply(delivery.caller, result.reply, cause=delivery.id, at=result.at)


def _is_new(raw: AbstractIncomingMessage) -> bool:
    """Whether a message comes for the first time, as far as the broker and its headers tell."""
    counts = (headers.read_count(raw, name) for name in (headers.ATTEMPTS, headers.BUGS, headers.REPLAYS))
    return not raw.redelivered and not any(counts)


def follow_up_id(cause: UUID, ordinal: int) -> UUID:
    """The id of a follow-up message: the same each time it is published."""
    return uuid5(cause, f"follow-up {ordinal}")
