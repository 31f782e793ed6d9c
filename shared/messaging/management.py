"""Access to the broker's management interface, with the user and virtual host of the broker URL."""

import httpx
from yarl import URL

from shared.security import tls

PATIENCE = 15
"""Seconds that a response may take."""


def make_client(management_url: str, broker_url: str) -> httpx.AsyncClient:
    """A client for the management API. Over TLS, it uses the files that the broker's URL names."""
    broker = URL(broker_url)
    verify = tls.BROKER.make_context(broker_url) if management_url.startswith("https:") else True
    credentials = httpx.BasicAuth(broker.user or "guest", broker.password or "guest")
    return httpx.AsyncClient(
        base_url=f"{management_url.rstrip('/')}/api/", auth=credentials, verify=verify, timeout=PATIENCE
    )


def read_vhost(broker_url: str) -> str:
    """The virtual host in a broker URL."""
    return URL(broker_url).path.lstrip("/") or "/"
