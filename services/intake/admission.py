"""Whether a start may go on: what the limits say about it before and after its record was found, and what it counts.

Nothing here says whether a number and a name match: limits that a stranger can reach for others never refuse.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from weakref import WeakValueDictionary

import structlog

from services.intake.gateways import GatewayWatch
from services.intake.recent import Recent
from services.intake.tickets import Tickets
from shared.contracts.commands import StartApplication
from shared.contracts.problem import Problem
from shared.domain.decision import Situation
from shared.domain.limits import failures
from shared.domain.limits.code_emails import WRONG_CODES, CodeSent, Turn, find_turn
from shared.domain.limits.failures import WAITS, Asked, list_answer_limits, list_match_limits
from shared.domain.limits.keys import name_codes, name_contact, name_lifted
from shared.domain.limits.tally import HOUR
from shared.observability import metrics
from shared.storage.applications import Applications
from shared.storage.limits import Counted, Limits

log = structlog.get_logger()

NOBODY = UUID(int=0)
"""Has no place."""


@dataclass(frozen=True)
class Admission:
    """What the limits say about a start. Without a problem it may go on."""

    problem: Problem | None = None
    retry_at: datetime | None = None
    ticket: str | None = None
    uniform: bool = False
    """Whether it must get the same answer whether or not it matches a record."""
    is_locked: bool = False
    """Whether no code may go out before an operator lifts the limits: too many were wrong. Set where it is uniform."""
    is_put_off: bool = False
    """Whether no code goes out now because its contact had too many: the daily digest tells the contact."""
    counted: Counted = field(default_factory=Counted)


class Admissions:
    """Judges starts by the limits. Without `limits`, everything may go on."""

    def __init__(
        self, limits: Limits | None, applications: Applications, tickets: Tickets, trusted: Iterable[str]
    ) -> None:
        self._limits = limits
        self._applications = applications
        self._tickets = tickets
        self._trusted = frozenset(user.strip() for user in trusted) - {""}
        self._gateways = GatewayWatch()
        self._seen = Recent()
        self._in_hand: Counter[str] = Counter()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def qualify(self, networks: tuple[str, ...], user: str) -> tuple[str, ...]:
        """The networks that a gateway names. One that is not trusted speaks of its own visitors only."""
        return networks if user in self._trusted else tuple(f"{tag}@{user}" for tag in networks)

    @contextmanager
    def hold(self, asked: Asked) -> Iterator[Mapping[str, int]]:
        """Counts a request as in hand while the block runs. Yields how many are ahead of it, by key."""
        keys = [limit.key for limit in list_match_limits(asked)]
        ahead = {key: self._in_hand[key] for key in keys}
        self._in_hand.update(keys)
        try:
            yield ahead
        finally:
            self._in_hand.subtract(keys)
            for key in keys:
                if not self._in_hand[key]:
                    del self._in_hand[key]

    async def admit(
        self, command: StartApplication, situation: Situation, asked: Asked, ahead: Mapping[str, int]
    ) -> Admission:
        """Judges a start that is held, before anything is looked up about it. Its networks alone may refuse it."""
        if self._limits is None:
            return Admission()
        now, user = situation.now, situation.user
        limits = (*list_match_limits(asked), *list_answer_limits(asked))
        keys = (*(limit.key for limit in limits), name_codes(asked.importer), name_lifted(asked.importer))
        counted = await self._limits.find(keys)
        verdict = failures.judge(limits, counted.tallies, now, ahead)
        if verdict.refused_until:
            refusal = Admission(Problem.TOO_MANY_REQUESTS, verdict.refused_until)
            return self._tell(refusal, situation, asked, verdict.reached)
        wait, reached = verdict.wait, verdict.reached
        if self._gateways.is_suspicious(user, now):
            wait, reached = wait or WAITS[0], (*reached, "gateway")
            log.warning("most requests of a gateway match no record", gateway=user)
        if wait and not self._may_pass(command, situation):
            step_up = self._postpone(Problem.VERIFICATION_NEEDED, now + wait, situation)
            return self._tell(step_up, situation, asked, reached)
        is_locked = await self._has_too_many_wrong_codes(asked, counted)
        if is_locked and not verdict.uniform:
            return self._tell(Admission(Problem.TOO_MANY_REQUESTS), situation, asked, ("wrong codes",))
        if self._seen.is_new("start", situation.message_id):
            self._gateways.count_start(user, now)
        admission = Admission(uniform=verdict.uniform, is_locked=is_locked, counted=counted)
        return self._tell(admission, situation, asked, verdict.reached) if verdict.uniform else admission

    async def admit_code(
        self, command: StartApplication, situation: Situation, asked: Asked, contact: str, admission: Admission
    ) -> Admission:
        """Judges whether a code may go out to this contact (a blind index) now, and takes its place.

        The answer depends on number and requester alone, if it must be the same for a match and a mismatch: then a turn
        that only other importers of the contact put off is a lock.
        """
        if self._limits is None:
            return admission
        importer, to_contact = name_codes(asked.importer), name_contact(contact)
        lock = self._locks.setdefault(importer, asyncio.Lock())
        async with lock:  # else a place that is about to be given back would put off others
            turn = await self._take_turn(command, situation, asked, (importer, to_contact))
            if admission.uniform and not turn.reached:
                await self._take_as_long(asked, (importer, to_contact), situation)
        if not (turn.at or turn.wait):
            return admission
        if admission.uniform and turn.waits_for_contact:
            return replace(admission, is_locked=True, is_put_off=True)
        late = (
            self._postpone(Problem.TOO_MANY_REQUESTS, turn.at, situation)
            if turn.at
            else self._postpone(Problem.VERIFICATION_NEEDED, situation.now + (turn.wait or WAITS[0]), situation)
        )
        late = replace(late, is_put_off=turn.is_told_to_contact)
        return self._tell(late, situation, asked, turn.reached)

    async def _take_turn(
        self, command: StartApplication, situation: Situation, asked: Asked, keys: tuple[str, str]
    ) -> Turn:
        """Takes a place under the keys of importer and contact. Says when its turn is; without a time, it is now."""
        assert self._limits is not None  # noqa: S101
        now, id, (importer, to_contact) = situation.now, situation.message_id, keys
        place = CodeSent(now, asked.address, asked.networks[-1] if asked.networks else "")
        places = await self._limits.take_codes({importer: place, to_contact: CodeSent(now)}, id, now)
        turn = find_turn(places[importer], places[to_contact], now)
        if not turn.at and (turn.wait is None or self._may_pass(command, situation)):
            return Turn()
        if await self._applications.was_delayed(asked.importer, asked.address, now - HOUR):
            return Turn()  # the earlier code was lost by our fault, so its successor counts in no limit
        if turn.at and turn.is_kept:
            await self._limits.keep_place(places, id, turn.at)
        else:
            await self._limits.give_back(places, id)
        return turn

    async def _take_as_long(self, asked: Asked, keys: tuple[str, str], situation: Situation) -> None:
        """Does, to no effect, what a place that is given back does: else the time would tell a busy contact."""
        assert self._limits is not None  # noqa: S101
        await self._applications.was_delayed(asked.importer, asked.address, situation.now - HOUR)
        await self._limits.give_back(keys, NOBODY)

    async def count_failure(
        self, problem: Problem | None, situation: Situation, asked: Asked, admission: Admission
    ) -> None:
        """Counts a start that found no record, or something about one that is told only a few times.

        Under the uniform answer every start counts as both: otherwise the counts would tell what the answer does not.
        """
        if self._limits is None or self._seen.has("failure", situation.message_id):
            return
        of_match, of_answers = list_match_limits(asked), list_answer_limits(asked)
        limits = of_match if problem is Problem.IMPORTER_NOT_MATCHED else of_answers
        if admission.uniform:
            limits = (*of_match, *of_answers)
        await self._limits.count((limit.key for limit in limits), admission.counted, situation.now)
        self._seen.add("failure", situation.message_id)
        if problem is Problem.IMPORTER_NOT_MATCHED:
            self._gateways.count_failure(situation.user, situation.now)
        told = "uniform" if admission.uniform else str(problem)
        metrics.FAILED_STARTS.labels(told).inc()
        log.info("a start failed", problem=told, network=_shorten(asked))

    async def _has_too_many_wrong_codes(self, asked: Asked, counted: Counted) -> bool:
        """Whether an operator has to look at it. Nobody asks about an importer that had no code yet."""
        if name_codes(asked.importer) not in counted.codes:
            return False
        since = counted.lifted_at
        return await self._applications.count_wrong_codes(asked.importer, asked.address, since) >= WRONG_CODES

    def _may_pass(self, command: StartApplication, situation: Situation) -> bool:
        """Whether a person was verified, says a gateway that is trusted with it, or the request waited, says intake."""
        verified = command.verified_by is not None and situation.user in self._trusted
        return verified or self._tickets.has_waited(command.ticket, situation.message_id, situation.user, situation.now)

    def _postpone(self, problem: Problem, retry_at: datetime, situation: Situation) -> Admission:
        return Admission(problem, retry_at, self._tickets.issue(situation.message_id, situation.user, retry_at))

    def _tell(self, admission: Admission, situation: Situation, asked: Asked, reached: tuple[str, ...]) -> Admission:
        """Logs and counts what a limit leads to, once for each message."""
        answer = admission.problem.value if admission.problem else "uniform"
        if self._seen.is_new(answer, situation.message_id):
            for name in reached:
                metrics.LIMITS.labels(name, answer).inc()
            log.warning("a limit is reached", limits=reached, answer=answer, network=_shorten(asked))
        return admission


def _shorten(asked: Asked) -> str | None:
    return asked.networks[0] if asked.networks else None
