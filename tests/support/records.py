"""Importer records as the loader stores them."""

from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient

from shared.domain.fields import email_address
from shared.security.fingerprints import BlindIndex
from shared.security.sealing import Sealer
from shared.settings.loading import key_ring
from shared.settings.processes import Settings
from shared.storage.database import Database
from shared.storage.importers import StoredImporter
from shared.storage.sealed_documents import ImporterRecord


async def store_importer(
    settings: Settings,
    number: str,
    company: str,
    poc_email: str,
    *,
    top_account: str | None = None,
    active: bool = True,
) -> str:
    """Stores a record; returns its id."""
    id = BlindIndex(key_ring(settings, "index")).compute("importer", number)
    record = ImporterRecord(importer_number=number, company_name=company, poc_name="Pat Contact", poc_email=poc_email)
    sealed = Sealer(key_ring(settings, "storage")).seal(record, f"importers/record/{id}")
    database = Database(settings.need("mongodb_url"), settings.mongodb_database)
    await database.importers.store([StoredImporter(id, sealed, active, top_account)])
    await database.close()
    return id


async def store_portal_user(settings: Settings, email: str) -> None:
    """Stores a portal user."""
    index = BlindIndex(key_ring(settings, "index"))
    database = Database(settings.need("mongodb_url"), settings.mongodb_database)
    await database.portal_users.store([index.compute("email", email_address.comparable(email_address.parse(email)))])
    await database.close()


async def stored(settings: Settings, collection: str) -> list[dict[str, Any]]:
    """Every document of a collection, as stored."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        settings.need("mongodb_url"), uuidRepresentation="standard"
    )
    found = await client[settings.mongodb_database][collection].find({}).to_list(None)
    client.close()
    return found
