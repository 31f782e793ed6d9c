"""Asks a provider whether a solution is right. reCAPTCHA, hCaptcha and Turnstile share one API (`siteverify`).

It sends only the solution, nothing else about the person. For hCaptcha it adds our site key.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import httpx
import structlog

from services.gateway.challenge.memory import Memory
from services.gateway.challenge.providers import PROVIDERS, Provider
from shared.settings.processes import GatewaySettings

log = structlog.get_logger()

PATIENCE = 3.0
"""Seconds that the provider has to answer: a person is waiting."""

BREAK = timedelta(minutes=1)
"""How long our own check replaces a provider that did not answer."""

LONGEST = 8_192
"""Maximum characters in a solution: real ones have about 2,000."""

REMEMBERED = timedelta(minutes=5)
MOST = 10_000
"""Answers remembered: about 5 MB. A solution is right only once, but a form may be sent twice."""

OUR_FAULT = {"missing-input-secret", "invalid-input-secret"}
"""Errors that no visitor can cause. A solution from another account's site causes `sitekey-secret-mismatch`."""


class Away(Exception):
    """The provider did not say whether the solution is right."""


@dataclass(frozen=True)
class ProviderAccount:
    """Our account with a provider."""

    provider: Provider
    site_key: str
    secret: str = field(repr=False)
    verify_url: str
    host: str
    """The form's host, if known: a solution from another site is wrong."""

    @classmethod
    def read(cls, settings: GatewaySettings) -> "ProviderAccount | None":
        """Reads the settings; `None` if they choose our own check. Raises `SettingError` if a key is missing."""
        if settings.challenge == "off" or settings.challenge_provider == "altcha":
            return None
        provider = PROVIDERS[settings.challenge_provider]
        return cls(
            provider=provider,
            site_key=settings.need("challenge_site_key"),
            secret=settings.need("challenge_secret"),
            verify_url=str(settings.challenge_verify_url or provider.verify),
            host=(settings.public_url.host or "") if settings.public_url else "",
        )


class Siteverify:
    """Asks one provider. Remembers its answers, and when it did not answer."""

    def __init__(self, account: ProviderAccount) -> None:
        self.account = account
        self._client = httpx.AsyncClient(timeout=PATIENCE)
        self._answers: Memory[asyncio.Task[bool]] = Memory(MOST)
        self._away_until: datetime | None = None

    def is_answering(self, now: datetime) -> bool:
        """Whether to ask the provider: it answered last time, or failed a while ago."""
        return self._away_until is None or now >= self._away_until

    async def check(self, solution: str, use: UUID, now: datetime) -> bool:
        """Whether the solution is right. The same use gets the same answer. Raises `Away`."""
        if len(solution) > LONGEST:
            return False
        key = str(uuid5(use, solution))
        answer = self._answers.get(key, now)
        if answer is None:
            answer = asyncio.create_task(self._ask(solution))
            self._answers.put(key, answer, now + REMEMBERED, now)
        try:
            return await asyncio.shield(answer)
        except Away as error:
            log.error("the human verification provider is down; using our own check", reason=str(error))
            self._answers.forget(key)
            self._away_until = now + BREAK
            raise

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.aclose()

    async def _ask(self, solution: str) -> bool:
        asked = {"secret": self.account.secret, "response": solution}
        if self.account.provider.secret_of_account:
            asked["sitekey"] = self.account.site_key
        try:
            response = await self._client.post(self.account.verify_url, data=asked)
            response.raise_for_status()
            answer = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise Away(type(error).__name__) from None
        if not isinstance(answer, dict) or not isinstance(answer.get("success"), bool):
            raise Away("its answer has no verdict")
        errors = sorted({str(error)[:60] for error in _as_list(answer.get("error-codes"))})
        if OUR_FAULT.intersection(errors):
            raise Away(f"it rejects ACE_CHALLENGE_SECRET: {', '.join(errors)}")
        elsewhere = bool(self.account.host) and answer.get("hostname", self.account.host) != self.account.host
        right: bool = answer["success"] and not elsewhere
        if not right:
            log.info("the human verification provider rejected a solution", errors=errors, elsewhere=elsewhere)
        return right


def _as_list(errors: object) -> list[object]:
    return errors if isinstance(errors, list) else []
