"""The console in the browser on a port of its own, with its logins, in front of real servers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache

from starlette.applications import Starlette
from starlette.responses import Response

from services.console.health.observer import observe
from services.console.logins.passwords import hash_password
from services.console.servers.database import OpenDatabase, connect_database
from services.console.web.app import create
from services.console.web.dependencies import Dependencies
from shared import clock
from shared.settings.processes import Settings
from shared.storage.logins import Login, Role
from tests.support.database_users import create_database_users
from tests.support.services import serving

VIEWER, OPERATOR = "vera", "otto"
PASSWORD = "three words in a row"


@dataclass(frozen=True)
class Console:
    """A running console."""

    app: Starlette
    address: str
    settings: Settings
    """As an administrator, like `database`: for what tests prepare and look at."""
    database: OpenDatabase

    @property
    def dependencies(self) -> Dependencies:
        found: Dependencies = self.app.state.dependencies
        return found

    async def log_in(self, name: str) -> tuple[str, str]:
        """Begins a session without the login page; returns its cookie's name and value."""
        login = await self.database.collections.logins.find(name)
        assert login
        response = Response()
        await self.dependencies.gate.begin(self.dependencies.cookie.issue(response), login, clock.now())
        cookie, _, value = response.headers["set-cookie"].partition(";")[0].partition("=")
        return cookie, value


@asynccontextmanager
async def serving_console(settings: Settings) -> AsyncIterator[Console]:
    """Serves the console during the block, as its own database user. Its logins are `VIEWER` and `OPERATOR`."""
    own = settings.model_copy(update={"mongodb_url": (await create_database_users(settings))["console"]})
    async with (
        connect_database(settings) as database,
        connect_database(own) as consoles,
        observe(own, peek=True) as observer,
    ):
        now = clock.now()
        for name, role in ((VIEWER, Role.VIEWER), (OPERATOR, Role.OPERATOR)):
            await database.collections.logins.add(Login(name, role, _hash_once(), now, now))
        app = create(own, consoles, observer)
        async with serving(app) as address:
            yield Console(app, address, settings, database)


@cache
def _hash_once() -> str:
    return hash_password(PASSWORD)
