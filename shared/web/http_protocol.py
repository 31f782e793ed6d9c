"""An HTTP connection as uvicorn serves it, with protections that uvicorn leaves to a proxy."""

import asyncio
import fcntl
import socket
import struct
import termios
from typing import cast

import h11
from uvicorn.protocols.http.flow_control import CLOSE_HEADER
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.utils import get_remote_addr

from shared.web.connections import WebServerState
from shared.web.refusal import Refusal
from shared.web.security_events import SecurityEvent
from shared.web.security_headers import HEADERS

REQUEST_WITHIN = 20.0
"""Seconds in which a whole request must arrive. Uvicorn waits forever for the rest of one."""

RESPONSE_WITHIN = 30.0
"""Seconds in which a response must have arrived. The largest first visit, 129 KB, does at 40 kbit/s."""

REQUESTS = 500
"""Requests of a connection. The last one's response ends it, so that nobody keeps a place forever."""

WRITE_BUFFER = 16 * 1024
"""Bytes waiting in this process above which a connection's next response waits too."""

SEND_BUFFER = 64 * 1024
"""Bytes of a response that the kernel keeps for a slow reader; it doubles them. Left alone, it keeps up to 4 MB."""

SOON, LATER = 0.02, 1.0
"""Seconds until a connection that is to be closed is looked at: at first, and at most."""

COUNT = struct.Struct("i")
RESET = struct.pack("ii", 1, 0)
"""SO_LINGER: closing discards what was not sent."""


def limit_kernel(listening: socket.socket) -> None:
    """Limits what the kernel keeps for slow readers, and how long, even after a connection was closed.

    Accepted connections inherit both.
    """
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(RESPONSE_WITHIN * 1000))


class HttpProtocol(H11Protocol):
    """Drops connections whose request or response never completes, and answers invalid HTTP with our usual headers."""

    _late: asyncio.TimerHandle | None = None
    """Runs while a request is awaited."""
    _slow: asyncio.TimerHandle | None = None
    """Runs while a response may not have arrived yet."""
    _requests = 0
    _ending: asyncio.TimerHandle | None = None
    """Runs once the connection is to be closed, until all has arrived."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # same as uvicorn's
        """Starts the timer, unless there are too many connections."""
        peer = get_remote_addr(transport)
        if status := self._state.limits.admit(self, peer[0] if peer else ""):
            self._refuse(transport, status)
            return
        super().connection_made(transport)
        transport.set_write_buffer_limits(high=WRITE_BUFFER)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Passes the bytes on, and starts or stops the timer."""
        if self._ending is not None:
            return
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._begin_request()
        self._wait()

    def eof_received(self) -> bool | None:  # type: ignore[override]  # uvicorn's closes always
        """Ends the connection, but keeps its place until all has arrived."""
        if not self._count_unsent():
            return None
        self.end()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops the timers."""
        super().connection_lost(exc)
        self._state.limits.leave(self)
        self._stop_waiting()
        self._stop_sending()
        if self._ending is not None:
            self._ending.cancel()

    def timeout_keep_alive_handler(self) -> None:
        """Closes an idle connection."""
        self.end()

    def pause_writing(self) -> None:
        """Starts the timer of the response: it does not leave at once."""
        super().pause_writing()
        self._send()

    def on_response_complete(self) -> None:
        """Starts the timer of the response, which may still be on its way."""
        self._send()
        before = self.cycle
        super().on_response_complete()
        if self.cycle is not before:
            self._begin_request()  # it came along with the one before

    def send_400_response(self, msg: str) -> None:
        """Answers invalid HTTP, unless another response has begun, and closes the connection."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store", "Connection": "close"}
            start = h11.Response(status_code=400, headers=list((headers | HEADERS).items()), reason="Bad Request")
            for event in (start, h11.Data(data=msg.encode()), h11.EndOfMessage()):
                self.transport.write(self.conn.send(event) or b"")
        self._record(SecurityEvent.INVALID_HTTP)
        if self.cycle is not None:
            self.cycle.disconnected = True  # otherwise a page still being rendered would be sent after it, and fail
        self.end()

    def end(self) -> None:
        """Closes the connection, but keeps its place until all has arrived or time is up.

        Closed at once, what the kernel still has to send would be out of our sight, and its memory in nobody's count.
        """
        if self._ending is None and not self.transport.is_closing():
            self._stop_waiting()
            self._send()
            self._close_when_sent(SOON)

    @property
    def is_idle(self) -> bool:
        """Whether no request is being answered, and nothing is left to send."""
        return (self.cycle is None or self.cycle.response_complete) and not self._count_unsent()

    def give_way(self) -> None:
        """Ends the connection, because a newer one needs its place."""
        self._state.limits.leave(self)
        self.transport.abort()

    @property
    def _state(self) -> WebServerState:
        return cast(WebServerState, self.server_state)

    def _record(self, event: SecurityEvent) -> None:
        self._state.events.record(event, self.client[0] if self.client else "")

    def _refuse(self, transport: asyncio.Transport, status: int) -> None:
        self.client = get_remote_addr(transport)
        self._record(SecurityEvent.TOO_MANY_CONNECTIONS)
        limits = self._state.limits
        if limits.begin_refusal():
            transport.set_protocol(Refusal(transport, limits, status))
        else:
            transport.set_protocol(asyncio.Protocol())
            transport.abort()

    def _begin_request(self) -> None:
        self.cycle.transport = EndingTransport(self)
        self._requests += 1
        if self._requests >= REQUESTS:
            self.cycle.default_headers = [*self.cycle.default_headers, CLOSE_HEADER]
        if self._slow is not None and not self._count_unsent():
            self._stop_sending()

    def _wait(self) -> None:
        """Runs the timer unless a request is being answered. More bytes do not restart it."""
        if self.cycle is not None and not self.cycle.response_complete:
            self._stop_waiting()
        elif self._late is None:
            self._late = self.loop.call_later(REQUEST_WITHIN, self._drop_if_late)

    def _drop_if_late(self) -> None:
        if self.conn.trailing_data[0] or self.conn.their_state is h11.SEND_BODY:  # browsers also connect ahead of use
            self._record(SecurityEvent.SLOW_CLIENT)
        self.end()

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _send(self) -> None:
        """Runs the timer of responses. More of them do not restart it before all has arrived."""
        if self._slow is None:
            self._slow = self.loop.call_later(RESPONSE_WITHIN, self._drop_if_slow)

    def _stop_sending(self) -> None:
        if self._slow is not None:
            self._slow.cancel()
            self._slow = None

    def _close_when_sent(self, pause: float) -> None:
        if not self.transport.get_write_buffer_size():
            try:
                self.transport.write_eof()
            except OSError:  # the other side reset the connection, and the event loop has not seen it yet
                self.transport.abort()
        if self._count_unsent():
            self._ending = self.loop.call_later(pause, self._close_when_sent, min(2 * pause, LATER))
        else:
            self.transport.close()

    def _drop_if_slow(self) -> None:
        self._slow = None
        if self._count_unsent():
            self._record(SecurityEvent.SLOW_CLIENT)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.transport.abort()

    def _count_unsent(self) -> int:
        """Bytes of responses that have not arrived: those waiting here, and those that the kernel keeps."""
        if waiting := self.transport.get_write_buffer_size():
            return waiting
        return int(COUNT.unpack(fcntl.ioctl(self._socket.fileno(), termios.TIOCOUTQ, bytes(COUNT.size)))[0])

    @property
    def _socket(self) -> socket.socket:
        return cast(socket.socket, self.transport.get_extra_info("socket"))


class EndingTransport(asyncio.Transport):
    """What uvicorn writes a response to. Closing it ends the connection our way."""

    def __init__(self, protocol: HttpProtocol) -> None:
        super().__init__()
        self._protocol = protocol

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Writes."""
        self._protocol.transport.write(data)

    def is_closing(self) -> bool:
        """Whether nothing can be written any more."""
        return self._protocol.transport.is_closing()

    def close(self) -> None:
        """Ends the connection."""
        self._protocol.end()
