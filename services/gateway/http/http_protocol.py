"""One connection of a browser, as uvicorn serves it, with what uvicorn leaves to a proxy that we may not have."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from services.gateway.http.security_headers import HEADERS

REQUEST_WITHIN = 20.0
"""Seconds in which a request has to arrive, its form included. Uvicorn waits for one that is half sent for ever."""


class HttpProtocol(H11Protocol):
    """Lets go of who never finishes a request, and answers what is no HTTP with the headers of every answer."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Somebody connects."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Something of a request comes."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        super().connection_lost(exc)
        self._stop_waiting()

    def send_400_response(self, msg: str) -> None:
        """Says that it is no HTTP, unless another answer has begun, and closes the connection."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "Connection": "close"}
            start = h11.Response(status_code=400, headers=list((headers | HEADERS).items()), reason="Bad Request")
            for event in (start, h11.Data(data=msg.encode()), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        if self.cycle is not None:
            self.cycle.disconnected = True  # or a page that is being made would be sent after it, and fail
        self.transport.close()

    def _wait(self) -> None:
        """Waits for a request, where none is being answered: not longer because something more came of it."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._late is None:
            self._late = self.loop.call_later(REQUEST_WITHIN, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
