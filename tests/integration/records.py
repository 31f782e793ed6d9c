"""Importer records as the loader stores them."""

from shared.security.fingerprints import BlindIndex
from shared.security.sealing import Sealer, in_document
from shared.settings import Settings, key_ring
from shared.storage.contents import ImporterRecord
from shared.storage.database import Database
from shared.storage.importers import StoredImporter


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
    id = BlindIndex(key_ring(settings, "index")).of("importer", number)
    record = ImporterRecord(importer_number=number, company_name=company, poc_name="Pat Contact", poc_email=poc_email)
    sealed = Sealer(key_ring(settings, "storage")).seal(record, in_document("importers", "record", id))
    database = Database(settings.need("mongodb_url"), settings.mongodb_database)
    await database.importers.store([StoredImporter(id, sealed, active, top_account)])
    await database.close()
    return id
