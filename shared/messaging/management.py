"""Access to the broker's management interface, with the user and virtual host of the broker URL."""

import httpx
from yarl import URL

PATIENCE = 15
"""Seconds that a response may take."""


def make_client(management_url: str, broker_url: str) -> httpx.AsyncClient:
    """A client for the management API."""
    broker = URL(broker_url)
    credentials = httpx.BasicAuth(broker.user or "guest", broker.password or "guest")
    return httpx.AsyncClient(base_url=f"{management_url.rstrip('/')}/api/", auth=credentials, timeout=PATIENCE)


def read_vhost(broker_url: str) -> str:
    """The virtual host in a broker URL."""
    return URL(broker_url).path.lstrip("/") or "/"
