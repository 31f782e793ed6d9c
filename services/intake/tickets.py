"""Tickets: a refusal gives one, and it says later that the same request waited. Nothing about it is stored."""

from datetime import UTC, datetime, timedelta

from shared.domain.limits.failures import Asked
from shared.security.fingerprints import Fingerprints

VALID_FOR = timedelta(hours=1)
"""How long after its time a ticket is good."""


class Tickets:
    """Issues and checks tickets: a time, and its fingerprint together with what was asked by whom."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self._fingerprints = fingerprints

    def issue(self, asked: Asked, user: str, passes_at: datetime) -> str:
        """A ticket for this request of this gateway, good from `passes_at` on."""
        milliseconds = str(int(passes_at.timestamp() * 1000))
        return f"{milliseconds}.{self._fingerprints.compute(*_describe(asked, user, milliseconds))}"

    def has_waited(self, ticket: str | None, asked: Asked, user: str, now: datetime) -> bool:
        """Whether this request has waited as its ticket says."""
        milliseconds, _, fingerprint = (ticket or "").partition(".")
        if not self._fingerprints.matches(fingerprint, *_describe(asked, user, milliseconds)):
            return False
        passes_at = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
        return passes_at <= now < passes_at + VALID_FOR


def _describe(asked: Asked, user: str, milliseconds: str) -> tuple[str, ...]:
    """The network is left out: a person who waits may change it."""
    return "ticket", asked.importer, asked.name, asked.address, user, milliseconds
