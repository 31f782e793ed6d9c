"""The console's first login, made once with a password of this system alone, so that somebody can log in."""

from contextlib import suppress

from services.console.logins.passwords import hash_password, is_right
from services.console.output.exit_codes import Unavailable
from services.console.servers.database import open_database
from shared import clock
from shared.settings.processes import Settings
from shared.storage.audit import make_entry
from shared.storage.logins import Login, Role

NAME = "operator"


async def ensure_login(settings: Settings, password: str, who: str) -> bool:
    """Makes the login where there is none at all. Returns whether this is its password, so that it can be shown.

    `who` makes it, for the audit.
    """
    with suppress(Unavailable):  # the system works without
        async with open_database(settings) as database:
            logins, now = database.collections.logins, clock.now()
            if not await logins.list_all():
                entry = make_entry(who, "add-login", "console", f"{NAME}, {Role.OPERATOR}", now)
                await database.collections.audit.add([entry])
                await logins.add(Login(NAME, Role.OPERATOR, hash_password(password), now, now))
            login = await logins.find(NAME)
            return login is not None and is_right(password, login.password)
    return False
