"""The database, with the keys that open and find its records; what keeps one from it, in one line."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from services.console.output.exit_codes import Unavailable
from shared.domain.errors import TransientFailure
from shared.security.fingerprints import BlindIndex
from shared.security.sealing import Sealer
from shared.settings.loading import key_ring
from shared.settings.processes import Settings
from shared.storage.database import Database
from shared.storage.errors import DriverError


@dataclass(frozen=True)
class OpenDatabase:
    """An open database and what it takes to read it."""

    collections: Database
    storage: Sealer
    index: BlindIndex
    current_key: str
    """Id of the storage key that records are sealed under."""


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[OpenDatabase]:
    """Opens the database, and closes it. Raises `SettingError`; `Unavailable` where it is away or refuses."""
    with explain_database_errors():
        async with connect_database(settings) as database:
            await database.collections.ping()
            yield database


@asynccontextmanager
async def connect_database(settings: Settings) -> AsyncIterator[OpenDatabase]:
    """The same, whether or not a server answers. Raises `SettingError`."""
    ring = key_ring(settings, "storage")
    index = BlindIndex(key_ring(settings, "index"))
    database = Database(settings.need("mongodb_url"), settings.mongodb_database)
    try:
        yield OpenDatabase(database, Sealer(ring), index, ring.current)
    finally:
        await database.close()


@contextmanager
def explain_database_errors() -> Iterator[None]:
    """Turns what the database raises into `Unavailable`."""
    try:
        yield
    except TransientFailure as error:
        raise Unavailable(f"{error}: what was done stays, try again later (ACE_MONGODB_URL)") from None
    except DriverError as error:
        raise Unavailable(f"the database refuses: {name_error(error)} (ACE_MONGODB_URL)") from None


def name_error(error: DriverError) -> str:
    """The server's own name for it (``AuthenticationFailed``): its sentences may quote documents."""
    details = getattr(error, "details", None) or {}
    return str(details.get("codeName") or type(error).__name__)
