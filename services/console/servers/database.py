"""The database as a command needs it, with the keys under which records are sealed and found."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.console.files.importer_store import Registry
from shared.security.fingerprints import BlindIndex
from shared.security.sealing import Sealer
from shared.settings import Settings, key_ring
from shared.storage.database import Database


@dataclass(frozen=True)
class Records:
    """An open database and what it takes to read it."""

    database: Database
    storage: Sealer
    index: BlindIndex
    registry: Registry


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Records]:
    """Opens the database, and closes it. Raises `SettingError`; `TransientFailure` where no server answers."""
    async with perhaps_away(settings) as records:
        await records.database.ping()
        yield records


@asynccontextmanager
async def perhaps_away(settings: Settings) -> AsyncIterator[Records]:
    """The same, whether or not a server answers. Raises `SettingError`."""
    ring = key_ring(settings, "storage")
    storage, index = Sealer(ring), BlindIndex(key_ring(settings, "index"))
    database = Database(settings.need("mongodb_url"), settings.mongodb_database)
    try:
        yield Records(database, storage, index, Registry(database.importers, storage, ring.current))
    finally:
        await database.close()
