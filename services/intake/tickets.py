"""Tickets: a refusal gives one, and it says later that the same request waited. Nothing about it is stored."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from shared.security.fingerprints import Fingerprints

VALID_FOR = timedelta(hours=1)
"""How long after its time a ticket is good."""


class Tickets:
    """Issues and checks tickets: a time, and its fingerprint together with the command's id and the gateway's user."""

    def __init__(self, fingerprints: Fingerprints) -> None:
        self._fingerprints = fingerprints

    def issue(self, id: UUID, user: str, passes_at: datetime) -> str:
        """A ticket for this command of this gateway, good from `passes_at` on."""
        milliseconds = str(int(passes_at.timestamp() * 1000))
        return f"{milliseconds}.{self._fingerprints.compute('ticket', str(id), user, milliseconds)}"

    def has_waited(self, ticket: str | None, id: UUID, user: str, now: datetime) -> bool:
        """Whether this command has waited as its ticket says."""
        milliseconds, _, fingerprint = (ticket or "").partition(".")
        if not self._fingerprints.matches(fingerprint, "ticket", str(id), user, milliseconds):
            return False
        passes_at = datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
        return passes_at <= now < passes_at + VALID_FOR
