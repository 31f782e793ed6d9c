"""What provisioning creates: top account, Trade Account Owner, importer view, and the record's link."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

from motor.motor_asyncio import AsyncIOMotorDatabase
from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from shared.domain.account import TRADE_ACCOUNT_OWNER, Account
from shared.domain.errors import Conflict
from shared.storage.errors import transient_when_away
from shared.storage.importers import Importers
from shared.storage.portal_users import PortalUsers

INDEXES = {
    "top_accounts": [IndexModel("application_id", unique=True), IndexModel("importer", unique=True)],
    "importer_views": [IndexModel("account")],
}
"""One account per application and per importer. Ids keep the rest unique."""


class Accounts:
    """Top accounts and importer views."""

    def __init__(
        self, database: AsyncIOMotorDatabase[dict[str, Any]], importers: Importers, portal_users: PortalUsers
    ) -> None:
        self._client = database.client.delegate
        self._top_accounts = database["top_accounts"].delegate
        self._importer_views = database["importer_views"].delegate
        self._importers = importers
        self._portal_users = portal_users

    async def find_application(self, number: str) -> UUID | None:
        """The application that created this account. Raises `TransientFailure`."""
        with transient_when_away():
            found = await asyncio.to_thread(self._top_accounts.find_one, {"_id": number}, {"application_id": 1})
        return found["application_id"] if found else None

    async def create(self, account: Account, save: Callable[[ClientSession], bool]) -> None:
        """Creates everything, and what `save` stores, in one transaction. `save` says whether it found what it expects.

        The six round trips follow each other in one thread, without a change of threads in between.

        Raises:
            Conflict: `save` found something else, or importer or address is taken or gone.
            TransientFailure: the database is away.

        """

        def save_and_create(session: ClientSession) -> None:
            if not save(session) or not self._create(account, session):
                raise Conflict

        def commit() -> None:
            with self._client.start_session() as session:
                session.with_transaction(save_and_create)

        with transient_when_away():
            try:
                await asyncio.to_thread(commit)
            except DuplicateKeyError:
                raise Conflict from None

    def _create(self, account: Account, session: ClientSession) -> bool:
        """Creates everything; False if the importer record is linked or gone."""
        self._top_accounts.insert_one(
            {
                "_id": account.number,
                "application_id": account.application_id,
                "importer": account.importer,
                "owner": account.owner,
                "particulars": account.particulars,
                "created_at": account.created_at,
            },
            session=session,
        )
        self._portal_users.add_owner(account.owner, account.number, TRADE_ACCOUNT_OWNER, session)
        self._importer_views.insert_one(
            {"_id": account.importer, "account": account.number, "created_at": account.created_at}, session=session
        )
        return self._importers.link(account.importer, account.number, session)
