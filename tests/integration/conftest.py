"""What several folders of integration tests use."""

from collections.abc import AsyncIterator

import pytest

from shared.settings.processes import Settings
from shared.storage.database import Database
from shared.storage.database_admin import administer


@pytest.fixture
async def database(database_settings: Settings) -> AsyncIterator[Database]:
    """A database with its indexes."""
    database = Database(database_settings.need("mongodb_url"), database_settings.mongodb_database)
    await administer(database_settings.need("mongodb_url"), database_settings.mongodb_database, {})
    yield database
    await database.close()
