"""An in-memory collection of emails with the guarantees of the real one: an email's attempt and status compared."""

import asyncio
from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.message import Message
from shared.domain.email import Email, Emails
from shared.domain.errors import Conflict
from shared.storage.emails import find_kind, find_resend


class EmailStore:
    """The emails of every application."""

    def __init__(self, journal: list[str] | None = None) -> None:
        self._emails: dict[UUID, dict[str, Email]] = {}
        self._journal = journal if journal is not None else []
        self.failure: Callable[[str], BaseException | None] = lambda what: None
        """Returns what goes wrong in an operation: ``load``, ``save``, ``mark``."""

    async def _doing(self, what: str) -> None:
        await asyncio.sleep(0)  # gives other tasks a turn
        if failure := self.failure(what):
            raise failure

    def get(self, id: UUID) -> dict[str, Email]:
        """The emails of an application, as stored."""
        return dict(self._emails.get(id, {}))

    def show(self, id: UUID) -> dict[EmailKind, Email]:
        """The emails of an application, as its readers know them."""
        stored = self.get(id)
        return {kind: stored[kind] for kind in EmailKind if kind in stored}

    def withdrawn(self) -> frozenset[UUID]:
        """Applications whose code email is withdrawn."""
        kind, withdrawn = EmailKind.VERIFICATION_CODE, EmailStatus.WITHDRAWN
        found = ((id, emails.get(kind)) for id, emails in self._emails.items())
        return frozenset(id for id, email in found if email and email.status is withdrawn)

    async def load(self, id: UUID) -> Emails | None:
        """All emails of an application."""
        await self._doing("load")
        return Emails(id, self.get(id)) if id in self._emails else None

    async def save(self, changed: Emails, _before: Emails | None = None, _created: None = None) -> Emails:
        """Compares and sets the changed email; returns all of them after it."""
        await self._doing("save")
        return self.put(changed)

    def put(self, changed: Emails) -> Emails:
        """Compares and sets the changed email, without awaiting."""
        kind = changed.changed
        if kind is None:
            return changed
        stored = self._emails.setdefault(changed.id, {})
        if _compared(stored.get(kind)) != _compared(changed.before):
            raise Conflict
        stored[kind] = changed.by_kind[kind]
        self._journal.append(f"stored {stored[kind].status}")
        return Emails(changed.id, self.get(changed.id))

    async def mark(self, message: Message, message_id: UUID | None, *, sender: str, reason: str, now: datetime) -> None:
        """Marks an email as parked."""
        await self._doing("mark")
        if kind := find_kind(message):
            emails = Emails(message.application_id, self.get(message.application_id))
            self.put(emails.park(kind, message_id, reason, now, resend=find_resend(message)))
            self._journal.append("marked")

    async def find(self, application_id: UUID) -> dict[EmailKind, Email]:
        """The emails of an application, as the view shows them."""
        return self.show(application_id)

    async def find_all(self, ids: Iterable[UUID]) -> dict[UUID, dict[EmailKind, Email]]:
        """The emails of several applications, as the view shows them."""
        return {id: self.show(id) for id in ids}


def _compared(email: Email | None) -> object:
    return (email.attempt, email.status) if email else None
