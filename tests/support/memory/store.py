"""An in-memory database with the guarantees of the real one: versions compared, importers and addresses unique.

It keeps applications as the same documents.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.message import Message
from shared.domain.account import Account
from shared.domain.application import Application
from shared.domain.errors import Conflict
from shared.domain.parking import mark_parked
from shared.storage.documents import to_application, to_document
from shared.storage.importers import StoredImporter


class Store:
    """Applications, accounts, importer records and portal users."""

    def __init__(self, journal: list[str] | None = None) -> None:
        self._documents: dict[UUID, dict[str, Any]] = {}
        self._journal = journal if journal is not None else []
        self.accounts: dict[UUID, Account] = {}
        self.importers: dict[str, StoredImporter] = {}
        self.users: set[str] = set()
        self.failure: Callable[[str], BaseException | None] = lambda what: None
        """Returns what goes wrong in an operation: ``load``, ``save``, ``saved``, ``mark``."""

    async def _doing(self, what: str) -> None:
        await asyncio.sleep(0)  # gives other tasks a turn
        if failure := self.failure(what):
            raise failure

    async def load(self, id: UUID) -> Application | None:
        """The application as stored."""
        await self._doing("load")
        return self.find(id)

    def find(self, id: UUID) -> Application | None:
        """The stored application, without awaiting."""
        return to_application(self._documents[id]) if id in self._documents else None

    def get(self, id: UUID) -> Application:
        """The stored application, which must exist."""
        return to_application(self._documents[id])

    def version(self, id: UUID) -> int:
        """How often the application was stored; 0 if it does not exist."""
        return int(self._documents[id]["version"]) if id in self._documents else 0

    def ids(self) -> list[UUID]:
        """The ids of all applications."""
        return list(self._documents)

    def all(self) -> list[Application]:
        """Every application."""
        return [self.get(id) for id in self._documents]

    async def save(
        self, changed: Application, before: Application | None = None, created: Account | None = None
    ) -> Application:
        """Compares and sets the application, and creates the account in the same transaction."""
        await self._doing("save")
        stored = self._documents.get(changed.id)
        if (stored["version"] if stored else 0) != changed.version:
            raise Conflict
        if created:
            self._create(created)
        self._documents[changed.id] = to_document(replace(changed, version=changed.version + 1))
        self._journal.append("stored")
        if failure := self.failure("saved"):
            raise failure
        return self.get(changed.id)

    def put(self, application: Application) -> None:
        """Stores an application unchanged."""
        self._documents[application.id] = to_document(replace(application, version=application.version + 1))

    def _create(self, account: Account) -> None:
        record = self.importers.get(account.importer)
        if record is None or record.top_account or account.application_id in self.accounts:
            raise Conflict
        if account.owner in self.users:
            raise Conflict
        self.accounts[account.application_id] = account
        self.users.add(account.owner)
        self.importers[account.importer] = replace(record, top_account=account.number)

    async def mark(self, message: Message, message_id: UUID | None, *, sender: str, reason: str, now: datetime) -> None:
        """Marks an application as parked."""
        await self._doing("mark")
        application = self.find(message.application_id)
        if marked := mark_parked(application, message, message_id, sender=sender, reason=reason, now=now):
            self.put(marked)
            self._journal.append("marked")

    async def list_ended(self, ended_before: datetime, most: int) -> list[Application]:
        """Applications that ended before this time, oldest first."""
        found = [a for a in self.all() if a.ends_at and a.ends_at <= ended_before]
        return sorted(found, key=lambda a: a.ends_at or ended_before)[:most]

    async def list_forgetting(self, now: datetime, most: int) -> list[Application]:
        """Applications that may forget what their messages led to, oldest first."""
        found = [a for a in self.all() if a.forgets_at and a.forgets_at <= now]
        return sorted(found, key=lambda a: a.forgets_at or now)[:most]

    async def exists(self, email: str) -> bool:
        """Whether the address has a portal user."""
        return email in self.users

    async def find_importer(self, id: str) -> StoredImporter | None:
        """An importer record."""
        return self.importers.get(id)
