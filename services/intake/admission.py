"""Whether a start may go on: what the limits say about it before and after its record was found, and what it counts.

Nothing here says whether a number and a name match: limits that a stranger can reach for others never refuse.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from services.intake.gateways import GatewayWatch
from services.intake.recent import Recent
from services.intake.tickets import Tickets
from shared.contracts.commands import StartApplication
from shared.contracts.problem import Problem
from shared.domain.decision import Situation
from shared.domain.limits import failures
from shared.domain.limits.code_emails import WRONG_CODES, CodeSent, find_turn
from shared.domain.limits.failures import WAITS, Asked, Limit, list_answer_limits, list_match_limits
from shared.domain.limits.keys import name_codes, name_contact
from shared.observability import metrics
from shared.storage.applications import Applications
from shared.storage.limits import Counted, Limits

log = structlog.get_logger()


@dataclass(frozen=True)
class Admission:
    """What the limits say about a start. Without a problem it may go on."""

    problem: Problem | None = None
    retry_at: datetime | None = None
    ticket: str | None = None
    uniform: bool = False
    """Whether it must get the same answer whether or not it matches a record."""
    counted: Counted = field(default_factory=Counted)


class Admissions:
    """Judges starts by the limits. Without `limits`, everything may go on."""

    def __init__(
        self, limits: Limits | None, applications: Applications, tickets: Tickets, trusted: Iterable[str]
    ) -> None:
        self._limits = limits
        self._applications = applications
        self._tickets = tickets
        self._trusted = frozenset(trusted)
        self._gateways = GatewayWatch()
        self._seen = Recent()

    async def admit(self, command: StartApplication, situation: Situation, asked: Asked) -> Admission:
        """Judges a start before anything is looked up about it. Refuses by the visitor's networks alone."""
        if self._limits is None:
            return Admission()
        now, user = situation.now, situation.user
        if self._seen.is_new("start", situation.message_id):
            self._gateways.count_start(user, now)
        limits = (*list_match_limits(asked), *list_answer_limits(asked))
        counted = await self._limits.find([*(limit.key for limit in limits), name_codes(asked.importer)])
        verdict = failures.judge(limits, counted.tallies, now)
        if verdict.refused_until:
            return self._tell(
                Admission(Problem.TOO_MANY_REQUESTS, verdict.refused_until), situation, asked, verdict.reached
            )
        if await self._has_too_many_wrong_codes(asked, counted):
            return self._tell(Admission(Problem.TOO_MANY_REQUESTS), situation, asked, ("wrong codes",))
        wait, reached = verdict.wait, verdict.reached
        if self._gateways.is_suspicious(user, now):
            wait, reached = wait or WAITS[0], (*reached, "gateway")
            log.warning("most requests of a gateway match no record", gateway=user)
        if wait and not self._may_pass(command, situation, asked):
            step_up = self._postpone(Problem.VERIFICATION_NEEDED, now + wait, asked, user)
            return self._tell(step_up, situation, asked, reached)
        admission = Admission(uniform=verdict.uniform, counted=counted)
        return self._tell(admission, situation, asked, verdict.reached) if verdict.uniform else admission

    async def admit_code(
        self, command: StartApplication, situation: Situation, asked: Asked, contact: str, admission: Admission
    ) -> Admission:
        """Judges whether a code may go out to this contact (a blind index) now, and counts it if so."""
        if self._limits is None:
            return admission
        now, user, network = situation.now, situation.user, (*asked.networks, "")[0]
        importer, to_contact = name_codes(asked.importer), name_contact(contact)
        codes = {importer: CodeSent(now, asked.address, network), to_contact: CodeSent(now)}
        before = await self._limits.take_codes(codes, situation.message_id)
        turn = find_turn(before[importer], before[to_contact], asked.address, network, now)
        if turn.at:
            late = self._postpone(Problem.TOO_MANY_REQUESTS, turn.at, asked, user)
        elif turn.wait and not self._may_pass(command, situation, asked):
            late = self._postpone(Problem.VERIFICATION_NEEDED, now + turn.wait, asked, user)
        else:
            return admission
        await self._limits.give_back(codes, situation.message_id)
        return self._tell(late, situation, asked, turn.reached)

    async def count_failure(self, problem: Problem, situation: Situation, asked: Asked, admission: Admission) -> None:
        """Counts a start that found no record, or something about one that is told only a few times."""
        if self._limits is None or not self._seen.is_new("failure", situation.message_id):
            return
        limits: tuple[Limit, ...] = list_answer_limits(asked)
        if problem is Problem.IMPORTER_NOT_MATCHED:
            limits = list_match_limits(asked)
            self._gateways.count_failure(situation.user, situation.now)
        metrics.FAILED_STARTS.labels(problem).inc()
        log.info("a start failed", problem=problem, network=_shorten(asked), uniform=admission.uniform)
        await self._limits.count((limit.key for limit in limits), admission.counted, situation.now)

    async def _has_too_many_wrong_codes(self, asked: Asked, counted: Counted) -> bool:
        """Whether an operator has to look at it. Asked of those only who had a code for this importer before."""
        sent = counted.codes.get(name_codes(asked.importer), ())
        if all(code.requester != asked.address for code in sent):
            return False
        return await self._applications.count_wrong_codes(asked.importer, asked.address) >= WRONG_CODES

    def _may_pass(self, command: StartApplication, situation: Situation, asked: Asked) -> bool:
        """Whether a person was verified, says a gateway that is trusted with it, or the request waited, says intake."""
        verified = command.verified_by is not None and situation.user in self._trusted
        return verified or self._tickets.has_waited(command.ticket, asked, situation.user, situation.now)

    def _postpone(self, problem: Problem, retry_at: datetime, asked: Asked, user: str) -> Admission:
        return Admission(problem, retry_at, self._tickets.issue(asked, user, retry_at))

    def _tell(self, admission: Admission, situation: Situation, asked: Asked, reached: tuple[str, ...]) -> Admission:
        """Logs and counts what a limit leads to, once for each message."""
        if not self._seen.is_new("limit", situation.message_id):
            return admission
        answer = admission.problem.value if admission.problem else "uniform"
        for name in reached:
            metrics.LIMITS.labels(name, answer).inc()
        log.warning("a limit is reached", limits=reached, answer=answer, network=_shorten(asked))
        return admission


def _shorten(asked: Asked) -> str | None:
    return asked.networks[0] if asked.networks else None
