"""Runs the form: `python -m services.gateway`."""

import socket
import sys

import uvicorn

from services.gateway.app import create
from services.gateway.asking import BrokerAsking
from shared import settings as configuration
from shared.observability import logs
from shared.settings import SettingError, Settings

GRACE = 15
"""Seconds that pages in the making have when it stops."""


def main() -> None:
    """Serves until SIGTERM or SIGINT. A setting that cannot work is one line, before anything starts."""
    try:
        settings = configuration.load()
        logs.configure("gateway", settings.log_level)
        configuration.warn_of_unknown()
        app = create(settings, BrokerAsking(settings.need("rabbitmq_url")))
    except SettingError as error:
        sys.exit(f"gateway: {error}")
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="h11",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACE,
    )
    uvicorn.Server(config).run(sockets=[_listening(settings)])


def _listening(settings: Settings) -> socket.socket:
    """A socket on the form's port. Other processes of the gateway may listen on it too; the kernel spreads visitors."""
    family = socket.AF_INET6 if ":" in settings.bind_address else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listening.bind((settings.bind_address, settings.gateway_port))
    except OSError as error:
        sys.exit(f"gateway: ACE_GATEWAY_PORT: {settings.gateway_port} cannot be listened on ({error.strerror})")
    return listening


if __name__ == "__main__":
    main()
