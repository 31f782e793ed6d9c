"""Refuses requests under a name that is not this machine's, while the console's address is not set.

Another site's name can be made to lead to this machine (DNS rebinding): its pages would then be of the console's own
origin.
"""

from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.observability.health import PATHS

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class KnownHosts:
    """The middleware. Health pages answer under any name: whoever measures may have one of its own for us."""

    def __init__(self, app: ASGIApp, *, refusal: Response) -> None:
        self._app = app
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        if scope["type"] != "http" or scope["path"] in PATHS or _is_loopback(Request(scope).headers.get("host", "")):
            await self._app(scope, receive, send)
        else:
            await self._refusal(scope, receive, send)


def _is_loopback(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOOPBACK
    except ValueError:
        return False
