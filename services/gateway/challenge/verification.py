"""Human verification for page 1: whether to prompt, what to show, and whether a posted form passes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from services.gateway.challenge.memory import Memory
from services.gateway.challenge.prompting import Prompting
from services.gateway.challenge.proof_of_work import LIFETIME, Cost, ProofOfWork
from services.gateway.challenge.providers import Provider
from services.gateway.challenge.siteverify import Away, ProviderAccount, Siteverify
from services.gateway.challenge.waiting_line import WaitingLine
from shared.settings.loading import load_key_ring
from shared.settings.processes import GatewaySettings

log = structlog.get_logger()

FIELD = "challenge"
"""The field that holds our own check's solution."""

MOST = 20_000
"""Unprompted requests remembered: about 5 MB."""

WAIT = "wait"
"""The field that says a visitor will wait: their browser runs no scripts, or their check fails."""


@dataclass(frozen=True)
class Visitor:
    """Who sent a request: the session and the network."""

    session_id: UUID
    network: str


@dataclass(frozen=True)
class Passed:
    """The request may be sent. With `once`, only as the command derived from it."""

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
    """What the page shows: our own check's challenge, or a provider's widget."""

    challenge: str = ""
    provider: Provider | None = None
    site_key: str = ""


class Verification:
    """Verifies requests as the settings say."""

    def __init__(self, settings: GatewaySettings, cost: Cost | None = None) -> None:
        """Raises `SettingError` if the provider's or our own keys are missing."""
        self._prompting = Prompting(settings)
        self._own = ProofOfWork(load_key_ring(settings, "cookie"), cost or Cost())
        self._unprompted: Memory[bool] = Memory(MOST)
        self._line = WaitingLine()
        account = ProviderAccount.read(settings)
        self._provider = Siteverify(account) if account else None

    def make_widget(self, visitor: Visitor, now: datetime) -> Widget | None:
        """What page 1 shows to this visitor: `None` on a normal first visit."""
        if not self._prompting.is_needed(visitor.network, now):
            return None
        if self._provider and self._provider.is_answering(now):
            account = self._provider.account
            return Widget(provider=account.provider, site_key=account.site_key)
        return Widget(challenge=self._own.make_challenge(visitor.session_id, now))

    async def check(
        self, posted: Mapping[str, str], visitor: Visitor, use: UUID, now: datetime
    ) -> Passed | Failed | Postponed:
        """Decides whether a request from page 1 passes, and counts it: once, even if it is sent twice.

        `use` is the id of the command made from it.
        """
        if self._unprompted.get(str(use), now):
            return Passed()
        if not self._prompting.count(visitor.network, now):
            self._unprompted.put(str(use), True, now + LIFETIME, now)
            return Passed()
        verdict: Passed | Failed | Postponed = await self._check_solution(posted, visitor, use, now)
        if isinstance(verdict, Failed) and posted.get(WAIT):
            turn = self._line.turn(visitor.network, now)
            verdict = Postponed(turn) if turn else Failed("crowded")
        log.info(
            "human verification",
            outcome=type(verdict).__name__.lower(),
            rule=verdict.rule if isinstance(verdict, Failed) else None,
        )
        return verdict

    async def close(self) -> None:
        """Closes the provider's connections."""
        if self._provider:
            await self._provider.close()

    async def _check_solution(
        self, posted: Mapping[str, str], visitor: Visitor, use: UUID, now: datetime
    ) -> Passed | Failed:
        if own := posted.get(FIELD):  # even with a provider: it was down when this challenge was made
            solved = self._own.check(own, visitor.session_id, use, now)
            return Failed(solved) if isinstance(solved, str) else Passed(once=solved)
        if self._provider and (theirs := posted.get(self._provider.account.provider.field)):
            try:
                return Passed() if await self._provider.check(theirs, use, now) else Failed("malformed")
            except Away:
                return Failed("away")
        return Failed("missing")
