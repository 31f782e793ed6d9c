"""What provisioning creates: top account, Trade Account Owner, importer view, and the record's link."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClientSession, AsyncIOMotorDatabase
from pymongo import IndexModel

from shared.domain.account import TRADE_ACCOUNT_OWNER, Account
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
        self._top_accounts = database["top_accounts"]
        self._importer_views = database["importer_views"]
        self._importers = importers
        self._portal_users = portal_users

    async def create(self, account: Account, session: AsyncIOMotorClientSession) -> bool:
        """Creates everything within a transaction; False if the importer record is linked or gone.

        Raises the driver's DuplicateKeyError if the importer or address is taken.
        """
        await self._top_accounts.insert_one(
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
        await self._portal_users.add_owner(account.owner, account.number, TRADE_ACCOUNT_OWNER, session)
        await self._importer_views.insert_one(
            {"_id": account.importer, "account": account.number, "created_at": account.created_at}, session=session
        )
        return await self._importers.link(account.importer, account.number, session)
