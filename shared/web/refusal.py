"""What a connection is told that is one too many."""

import asyncio
from http import HTTPStatus

from shared.web.connections import Connections
from shared.web.security_headers import HEADERS, NO_STORE

WITHIN = 2.0
"""Seconds in which a refused connection must send something, to be told."""

RETRY_AFTER = 10
"""Seconds after which to come back."""


class Refusal(asyncio.Protocol):
    """Answers whatever is sent first, and closes. Unread bytes would reset the connection, and the answer be lost."""

    def __init__(self, transport: asyncio.Transport, limits: Connections, status: int) -> None:
        self._transport = transport
        self._limits = limits
        self._status = status
        self._late = asyncio.get_running_loop().call_later(WITHIN, transport.abort)

    def data_received(self, data: bytes) -> None:
        """Answers."""
        if not self._transport.is_closing():
            self._transport.write(_make_response(self._status))
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the timer."""
        self._late.cancel()
        self._limits.end_refusal()


def _make_response(status: int) -> bytes:
    body = b"Too many connections. Please try again in a moment.\n"
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": NO_STORE.decode(),
        "Retry-After": str(RETRY_AFTER),
        "Connection": "close",
        **HEADERS,
    }
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
