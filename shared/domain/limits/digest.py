"""The daily digest: what a contact is told of requests whose codes were put off for its own limit's sake."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from shared.contracts.ids import derive_digest_id

MOST_REQUESTS = 400
"""Requests that a digest counts: more than that says the same."""

MOST_FOR_IMPORTER = 20
"""Of these for one importer, so that a flood of requests for one does not hide the others."""

SENT_AT = time(6)
"""When the digest of a day goes out, on the next."""

NO_IMPORTER = ""
"""Stands for the importer of a request that matched none, so that nobody is told of it."""


@dataclass(frozen=True)
class PutOffRequest:
    """A request whose code had to wait."""

    application: UUID
    """The id that its application has, once it has a code."""
    importer: str


@dataclass(frozen=True)
class Digest:
    """A contact's requests of one day that had to wait. It does not name the contact: their records do."""

    id: UUID
    since: datetime
    due_at: datetime
    requests: tuple[PutOffRequest, ...] = ()

    @property
    def is_full(self) -> bool:
        """Whether requests for any importer may be missing."""
        return len(self.requests) >= MOST_REQUESTS

    def is_full_for(self, importer: str) -> bool:
        """Whether requests for this importer may be missing."""
        return self.is_full or sum(each.importer == importer for each in self.requests) >= MOST_FOR_IMPORTER


def find_digest(contact: str, now: datetime) -> Digest:
    """The digest that a request of this time belongs to. Its day is one of the time's zone.

    `contact`: the blind index of the address.
    """
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    since, due_at = datetime.combine(today, time(), now.tzinfo), datetime.combine(tomorrow, SENT_AT, now.tzinfo)
    return Digest(derive_digest_id(contact, today), since, due_at)
