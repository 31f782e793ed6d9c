"""An HTTP connection as uvicorn serves it, with two protections that uvicorn leaves to a proxy."""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from services.gateway.http.security_headers import HEADERS

REQUEST_WITHIN = 20.0
"""Seconds in which a whole request must arrive. Uvicorn waits forever for the rest of one."""


class HttpProtocol(H11Protocol):
    """Drops connections whose request never completes, and answers invalid HTTP with our usual headers."""

    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # same as uvicorn's
        """Starts the timer."""
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Passes the bytes on, and starts or stops the timer."""
        super().data_received(data)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the timer."""
        super().connection_lost(exc)
        self._stop_waiting()

    def send_400_response(self, msg: str) -> None:
        """Answers invalid HTTP, unless another response has begun, and closes the connection."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "Connection": "close"}
            start = h11.Response(status_code=400, headers=list((headers | HEADERS).items()), reason="Bad Request")
            for event in (start, h11.Data(data=msg.encode()), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        if self.cycle is not None:
            self.cycle.disconnected = True  # otherwise a page still being rendered would be sent after it, and fail
        self.transport.close()

    def _wait(self) -> None:
        """Runs the timer unless a request is being answered. More bytes do not restart it."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._late is None:
            self._late = self.loop.call_later(REQUEST_WITHIN, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None
