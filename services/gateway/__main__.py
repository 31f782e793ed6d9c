"""Runs the form: `python -m services.gateway`."""

import sys

import uvloop
from starlette.applications import Starlette

from services.gateway.app import create
from services.gateway.broker_client import BrokerClient
from shared import socket_activation
from shared.messaging.connection_properties import describe_process
from shared.observability import health, logs
from shared.observability.trace_export import export_spans
from shared.settings import loading
from shared.settings.groups import SettingError
from shared.settings.processes import GatewaySettings
from shared.web.server import WebServer


def main() -> None:
    """Serves until SIGTERM or SIGINT. Exits with one line if a setting is invalid, before anything starts."""
    try:
        settings = loading.load(GatewaySettings)
        logs.configure("gateway", settings.log_level)
        logs.warn_of_unknown(loading.list_unknown_names(GatewaySettings))
        app = create(settings, BrokerClient(settings.need("rabbitmq_url"), describe_process(settings)))
        with export_spans("gateway", settings):
            uvloop.run(_serve(app, settings))
    except SettingError as error:
        sys.exit(error.explain("gateway"))


async def _serve(app: Starlette, settings: GatewaySettings) -> None:
    """Serves on the socket that was handed over, or else on its own, whose port other processes may share."""
    found = socket_activation.inherit()
    try:
        own = found or socket_activation.bind(settings.bind_address, settings.gateway_port, shared=True)
    except OSError as error:
        sys.exit(f"gateway: ACE_GATEWAY_PORT: cannot listen on port {settings.gateway_port} ({error.strerror})")
    serving = WebServer(
        app,
        own,
        app.state.dependencies.events,
        outlives_us=found is not None,
        trusted_proxies=settings.trusted_proxies,
    )
    async with health.serve_pages(app.state.ready, "gateway", settings):
        await serving.serve_until_stopped()


if __name__ == "__main__":
    main()
