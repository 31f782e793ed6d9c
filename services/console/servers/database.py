"""Opens the database with the keys for its records, and explains failures in one line."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from services.console.output.deadline import note_progress
from services.console.output.exit_codes import Unavailable
from shared.domain.errors import TransientFailure
from shared.security.fingerprints import BlindIndex
from shared.security.sealing import Sealer
from shared.settings.console import RecordSettings
from shared.settings.loading import load_key_ring
from shared.storage.database import Database
from shared.storage.errors import AccessRefused, DriverError, Untrusted


@dataclass(frozen=True)
class OpenDatabase:
    """An open database, and the keys to read it."""

    collections: Database
    storage: Sealer
    index: BlindIndex
    current_key: str
    """The id of the storage key that seals new records."""


@asynccontextmanager
async def open_database(settings: RecordSettings) -> AsyncIterator[OpenDatabase]:
    """Opens the database while the block runs. Raises `SettingError`, or `Unavailable` if it is away or refuses."""
    with explain_database_errors():
        async with connect_database(settings) as database:
            await database.collections.ping()
            yield database


@asynccontextmanager
async def connect_database(settings: RecordSettings) -> AsyncIterator[OpenDatabase]:
    """Like `open_database`, whether or not a server answers. Raises `SettingError`."""
    ring = load_key_ring(settings, "storage")
    index = BlindIndex(load_key_ring(settings, "index"))
    database = Database(settings.need("mongodb_url"), settings.mongodb_database, lambda _: note_progress())
    try:
        yield OpenDatabase(database, Sealer(ring), index, ring.current)
    finally:
        await database.close()


@contextmanager
def explain_database_errors() -> Iterator[None]:
    """Turns the database's exceptions into `Unavailable`."""
    try:
        yield
    except AccessRefused as error:
        raise Unavailable(f"{error}: name a user there who may, and that user's password") from None
    except Untrusted as error:
        raise Unavailable(str(error)) from None
    except TransientFailure as error:
        raise Unavailable(f"{error}: what was done stays, try again later (ACE_MONGODB_URL)") from None
    except DriverError as error:
        raise Unavailable(f"the database refuses: {name_error(error)} (ACE_MONGODB_URL)") from None


def name_error(error: DriverError) -> str:
    """The server's name for the error (``AuthenticationFailed``). Its full text may quote documents."""
    details = getattr(error, "details", None) or {}
    return str(details.get("codeName") or type(error).__name__)
