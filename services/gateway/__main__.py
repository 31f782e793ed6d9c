"""Runs the form: `python -m services.gateway`."""

import sys

import uvicorn

from shared import settings as configuration
from shared.observability import logs
from shared.settings import SettingError

GRACE = 15
"""Seconds that pages in the making have when it stops."""


def main() -> None:
    """Serves until SIGTERM or SIGINT. A setting that cannot work is one line, before anything starts."""
    try:
        settings = configuration.load()
        logs.configure("gateway", settings.log_level)
        configuration.warn_of_unknown()
        settings.need("rabbitmq_url")
        for purpose in ("commands", "cookie"):
            configuration.key_ring(settings, purpose)
    except SettingError as error:
        sys.exit(f"gateway: {error}")
    uvicorn.run(
        "services.gateway.app:from_environment",
        factory=True,
        host=settings.bind_address,
        port=settings.gateway_port,
        workers=max(1, settings.gateway_processes),
        loop="uvloop",
        http="h11",
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACE,
    )


if __name__ == "__main__":
    main()
