"""Human verification for page 1: whether to prompt, what to show, and whether a posted form passes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from services.gateway.challenge.memory import Memory
from services.gateway.challenge.pool import Overloaded, Pool
from services.gateway.challenge.prompting import Prompting
from services.gateway.challenge.proof_of_work import LIFETIME, Cost, ProofOfWork
from services.gateway.challenge.providers import Provider
from services.gateway.challenge.siteverify import Away, ProviderAccount, Siteverify
from services.gateway.challenge.waiting_line import WaitingLine
from shared.observability import metrics
from shared.settings.loading import load_key_ring
from shared.settings.processes import GatewaySettings

log = structlog.get_logger()

FIELD = "challenge"
"""The field that holds our own check's solution."""

MOST = 20_000
"""Unprompted requests remembered: about 5 MB."""

WAIT = "wait"
"""The field that says a visitor will wait: their browser runs no scripts, or their check fails."""

TOLD_EVERY = timedelta(minutes=1)
"""Least time between two lines about an overload."""


@dataclass(frozen=True)
class Visitor:
    """Who sends a request: from which networks, the narrowest first, and whose challenges they can solve."""

    subject: UUID
    """The session; if intake holds a start of theirs, that start."""

    networks: tuple[str, ...]


@dataclass(frozen=True)
class Passed:
    """The request may be sent. With `once`, only as the command derived from it."""

    verified_by: str | None = None
    """The verification that was passed; `None` if none was needed."""

    once: UUID | None = None


@dataclass(frozen=True)
class Failed:
    """The page is shown again, with what is wrong with the verification."""

    rule: str


@dataclass(frozen=True)
class Postponed:
    """The request may be sent from this time on."""

    until: datetime


@dataclass(frozen=True)
class Widget:
    """What the page shows: our own check's challenge, a provider's widget, or neither if too many people need one."""

    challenge: str = ""
    provider: Provider | None = None
    site_key: str = ""


class Verification:
    """Verifies requests as the settings say."""

    def __init__(self, settings: GatewaySettings, cost: Cost | None = None) -> None:
        """Raises `SettingError` if the provider's or our own keys are missing."""
        self.is_on = settings.challenge != "off"
        self._prompting = Prompting(settings)
        self._pool = Pool()
        self._own = ProofOfWork(load_key_ring(settings, "cookie"), cost or Cost())
        self._unprompted: Memory[bool] = Memory(MOST)
        self._line = WaitingLine()
        account = ProviderAccount.read(settings)
        self._provider_name = settings.challenge_provider
        self._provider = Siteverify(account) if account else None
        self._told_at: datetime | None = None

    async def make_widget(self, visitor: Visitor, now: datetime, *, needed: bool) -> Widget | None:
        """What page 1 shows to this visitor: `None` on a normal first visit. `needed`: whatever we count here."""
        if not self.is_on or not (needed or self._prompting.is_needed(visitor.networks, now)):
            return None
        metrics.STEP_UPS.labels("asked").inc()
        if self._provider and self._provider.is_answering(now):
            account = self._provider.account
            return Widget(provider=account.provider, site_key=account.site_key)
        difficulty = self._prompting.choose_difficulty(visitor.networks, now)
        try:
            return Widget(challenge=await self._pool.run(self._own.make_challenge, visitor.subject, now, difficulty))
        except Overloaded:
            self._log_overload(now)
            return Widget()

    async def check(
        self, posted: Mapping[str, str], visitor: Visitor, use: UUID, now: datetime, *, asked: bool
    ) -> Passed | Failed | Postponed:
        """Decides whether a request from page 1 passes, and counts it: once, even if it is sent twice.

        `use` is the id of the command made from it. `asked`: page 1 had the check because intake asked for it.
        """
        if asked and isinstance(passed := await self.check_solution(posted, visitor, use, now), Passed):
            self._prompting.count(visitor.networks, now)
            return passed
        if self._unprompted.get(str(use), now):
            return Passed()
        if not self._prompting.count(visitor.networks, now):
            self._unprompted.put(str(use), True, now + LIFETIME, now)
            return Passed()
        verdict: Passed | Failed | Postponed = await self.check_solution(posted, visitor, use, now)
        if isinstance(verdict, Failed) and posted.get(WAIT):
            turn = self._line.turn(next(iter(visitor.networks), ""), now)
            verdict = Postponed(turn) if turn else Failed("crowded")
            metrics.STEP_UPS.labels("waits").inc()
            log.info("waits instead of human verification", has_turn=turn is not None)
        return verdict

    async def check_solution(
        self, posted: Mapping[str, str], visitor: Visitor, use: UUID, now: datetime
    ) -> Passed | Failed:
        """Decides whether what was posted verifies that a person sends it."""
        verdict = await self._read_solution(posted, visitor, use, now)
        metrics.STEP_UPS.labels(type(verdict).__name__.lower()).inc()
        log.info(
            "human verification",
            outcome=type(verdict).__name__.lower(),
            rule=verdict.rule if isinstance(verdict, Failed) else None,
        )
        return verdict

    async def close(self) -> None:
        """Closes the provider's connections, and ends the threads."""
        self._pool.close()
        if self._provider:
            await self._provider.close()

    def _log_overload(self, now: datetime) -> None:
        if self._told_at is None or now - self._told_at >= TOLD_EVERY:
            self._told_at = now
            log.warning("too many visitors need human verification at once: some are told to wait instead")

    async def _read_solution(
        self, posted: Mapping[str, str], visitor: Visitor, use: UUID, now: datetime
    ) -> Passed | Failed:
        if own := posted.get(FIELD):  # even with a provider: it was down when this challenge was made
            try:
                solved = await self._pool.run(self._own.check, own, visitor.subject, now)
            except Overloaded:
                return Failed("busy")
            if isinstance(solved, str):
                return Failed(solved)
            return Passed("altcha", once=solved) if self._own.use(solved, use, now) else Failed("used")
        if self._provider and (theirs := posted.get(self._provider.account.provider.field)):
            try:
                passed = await self._provider.check(theirs, use, now)
            except Away:
                return Failed("away")
            return Passed(self._provider_name) if passed else Failed("malformed")
        return Failed("missing")
