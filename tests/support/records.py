"""Importer records as the loader stores them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from motor.motor_asyncio import AsyncIOMotorClient

from shared.domain.fields import email_address
from shared.security.fingerprints import BlindIndex
from shared.security.sealing import Sealer
from shared.settings.loading import load_key_ring
from shared.settings.processes import Settings
from shared.storage.database import Database
from shared.storage.importers import StoredImporter
from shared.storage.sealed_documents import ImporterRecord


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database that the services use."""
    database = Database(settings.need("mongodb_url"), settings.mongodb_database)
    yield database
    await database.close()


async def store_importer(
    settings: Settings,
    number: str,
    company: str,
    poc_email: str,
    *,
    top_account: str | None = None,
    active: bool = True,
) -> None:
    """Stores a record."""
    record = ImporterRecord(importer_number=number, company_name=company, poc_name="Pat Contact", poc_email=poc_email)
    await store_records(settings, [record], active=active, top_account=top_account)


async def store_records(
    settings: Settings, records: Iterable[ImporterRecord], *, top_account: str | None = None, active: bool = True
) -> None:
    """Stores records that are alike in these."""
    index, sealer = BlindIndex(load_key_ring(settings, "index")), Sealer(load_key_ring(settings, "storage"))
    found = []
    for record in records:
        id = index.compute("importer", record.importer_number)
        found.append(StoredImporter(id, sealer.seal(record, f"importers/record/{id}"), active, top_account))
    async with opened(settings) as database:
        await database.importers.store(found)


async def store_portal_user(settings: Settings, email: str) -> None:
    """Stores a portal user."""
    address = email_address.normalize(email_address.parse(email))
    async with opened(settings) as database:
        await database.portal_users.store([BlindIndex(load_key_ring(settings, "index")).compute("email", address)])


async def stored(settings: Settings, collection: str) -> list[dict[str, Any]]:
    """Every document of a collection, as stored."""
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(
        settings.need("mongodb_url"), uuidRepresentation="standard"
    )
    found = await client[settings.mongodb_database][collection].find({}).to_list(None)
    client.close()
    return found
