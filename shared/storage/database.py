"""The database: its collections, their indexes, and how durably it writes."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient

from shared.storage import (
    accounts,
    applications,
    audit,
    digests,
    emails,
    limits,
    loads,
    logins,
    queue_history,
    refused_commands,
    sessions,
)
from shared.storage.accounts import Accounts
from shared.storage.applications import Applications
from shared.storage.audit import Audit
from shared.storage.diagnostics import Diagnostics, name_index
from shared.storage.digests import Digests
from shared.storage.due_code_emails import DueCodeEmails
from shared.storage.emails import EmailStatuses, EmailStore
from shared.storage.errors import transient_when_away
from shared.storage.importers import Importers
from shared.storage.limits import Limits
from shared.storage.loads import Loads
from shared.storage.logins import Logins
from shared.storage.overview import Overview
from shared.storage.portal_users import PortalUsers
from shared.storage.privileges import PRIVILEGES
from shared.storage.queue_history import QueueHistory
from shared.storage.refused_commands import RefusedCommands
from shared.storage.reports import Reports
from shared.storage.round_trips import RoundTrips, Tell
from shared.storage.sessions import Sessions

SELECTION_MS = 3_000
"""Milliseconds that an operation waits for a primary: less than a person waits for a page."""

INDEXES = {
    **applications.INDEXES,
    **accounts.INDEXES,
    **limits.INDEXES,
    **digests.INDEXES,
    **audit.INDEXES,
    **loads.INDEXES,
    **emails.INDEXES,
    **sessions.INDEXES,
    **queue_history.INDEXES,
    **refused_commands.INDEXES,
}
"""The indexes of every collection."""


def list_index_names() -> dict[str, set[str]]:
    """The names of the indexes that each collection should have, as `name_index` writes them."""
    return {
        collection: {name_index(index.document["name"], index.document) for index in indexes}
        for collection, indexes in INDEXES.items()
    }


def connect(url: str, **options: Any) -> AsyncIOMotorClient[dict[str, Any]]:
    """A client, which connects on first use: as the user that the URL names, unless `options` name another."""
    return AsyncIOMotorClient(
        url,
        appname="ace",
        tz_aware=True,
        uuidRepresentation="standard",
        w="majority",
        journal=True,
        readConcernLevel="majority",
        retryWrites=True,
        serverSelectionTimeoutMS=SELECTION_MS,
        connectTimeoutMS=SELECTION_MS,
        socketTimeoutMS=20_000,
        **options,
    )


class Database:
    """Every collection. Connects on first use. Writes return once a majority has them in the journal."""

    def __init__(self, url: str, name: str, tell: Tell | None = None) -> None:
        """`tell` hears of every command that goes to the database."""
        self._client = connect(url, **({"event_listeners": [RoundTrips(tell)]} if tell else {}))
        self._database = database = self._client[name]
        self.importers = Importers(database["importers"])
        self.portal_users = PortalUsers(database["portal_users"])
        self.accounts = Accounts(database, self.importers, self.portal_users)
        self.applications = Applications(database["applications"], self.accounts)
        self.limits = Limits(database["limits"])
        self.digests = Digests(database[digests.COLLECTION])
        self.audit = Audit(database["audit"])
        self.loads = Loads(database)
        self.emails = EmailStore(database[emails.COLLECTION])
        self.email_status = EmailStatuses(database)
        self.due_code_emails = DueCodeEmails(database["applications"])
        self.overview = Overview(database)
        self.logins = Logins(database[logins.COLLECTION])
        self.sessions = Sessions(database[sessions.COLLECTION])
        self.queue_history = QueueHistory(database[queue_history.COLLECTION])
        self.reports = Reports(database)
        self.refused_commands = RefusedCommands(database[refused_commands.COLLECTION])
        self.diagnostics = Diagnostics(self._client, database)

    async def check_access(self, user: str) -> None:
        """Reads from every collection that this service may read. Raises `AccessRefused`, `TransientFailure`."""
        with transient_when_away():
            for collection, actions in PRIVILEGES[user].items():
                if "find" in actions:
                    await self._database[collection].find_one({"_id": None}, {"_id": 1})

    async def ping(self) -> None:
        """Returns once a primary answers. Raises `TransientFailure`."""
        with transient_when_away():
            await self._client.admin.command("ping")

    async def close(self) -> None:
        """Closes all connections."""
        self._client.close()
