"""Digests in memory."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from shared.domain.limits.digest import Digest, PutOffRequest


class Digests:
    """What waits for each digest."""

    def __init__(self) -> None:
        self.by_id: dict[UUID, Digest] = {}

    async def add(self, digest: Digest, request: PutOffRequest) -> None:
        """Adds a request once."""
        known = self.by_id.setdefault(digest.id, digest)
        is_missing = all(each.application != request.application for each in known.requests)
        if is_missing and not known.is_full_for(request.importer):
            self.by_id[digest.id] = replace(digest, requests=(*known.requests, request))

    async def list_due(self, now: datetime) -> list[UUID]:
        """Digests that are due."""
        due = sorted((each for each in self.by_id.values() if each.due_at <= now), key=lambda each: each.due_at)
        return [each.id for each in due]

    async def load(self, id: UUID) -> Digest | None:
        """A digest."""
        return self.by_id.get(id)

    async def remove(self, id: UUID) -> None:
        """Forgets a digest."""
        self.by_id.pop(id, None)
