"""Runs the console in the browser: `python -m services.console.web`."""

import asyncio
import sys

from services.console.health.observer import observe
from services.console.servers.database import connect_database
from services.console.web.app import create
from shared import socket_activation
from shared.observability import health, logs
from shared.settings import loading
from shared.settings.groups import SettingError
from shared.settings.processes import ConsolePageSettings
from shared.web.server import WebServer


def main() -> None:
    """Serves until SIGTERM or SIGINT. Exits with one line if a setting is invalid, before anything starts."""
    try:
        settings = loading.load(ConsolePageSettings)
        logs.configure("console", settings.log_level)
        logs.warn_of_unknown(loading.list_unknown_names(ConsolePageSettings))
        asyncio.run(_serve(settings))
    except SettingError as error:
        sys.exit(error.explain("console"))


async def _serve(settings: ConsolePageSettings) -> None:
    try:
        listening = socket_activation.bind(settings.bind_address, settings.console_port)
    except OSError as error:
        sys.exit(f"console: ACE_CONSOLE_PORT: cannot listen on port {settings.console_port} ({error.strerror})")
    async with connect_database(settings) as database, observe(settings, peek=True) as observer:
        app = create(settings, database, observer)
        server = WebServer(
            app,
            listening,
            app.state.dependencies.events,
            outlives_us=False,
            lingers=False,
            trusted_proxies=settings.trusted_proxies,
        )
        async with health.serve_pages(app.state.ready, "console", settings):
            await server.serve_until_stopped()


if __name__ == "__main__":
    main()
