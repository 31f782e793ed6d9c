"""Connections to a form on a port of its own, as a hostile client uses them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from services.gateway.app import create
from shared import socket_activation
from shared.settings.processes import Settings
from shared.web.connections import WebServerState
from shared.web.http_protocol import HttpProtocol
from shared.web.server import WebServer
from tests.support.scripted_workers import Workers
from tests.support.waiting import until


class Wire:
    """Opens connections to the form, and returns what arrives until the form closes them."""

    def __init__(self, server: WebServer, port: int) -> None:
        self.server = server
        self._port = port

    async def answers(self, *pieces: bytes, every: float = 0.0) -> str:
        """Sends these pieces on a connection of their own."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)

        async def send() -> None:
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(every)

        sending = asyncio.create_task(send())
        found = await read_to_end(reader)
        sending.cancel()
        writer.close()
        return found.decode("utf-8", "replace")

    def connect(self, *, receive: int | None = None) -> socket.socket:
        """A connection that nobody reads. `receive`: bytes that this side's kernel takes in advance."""
        plain = socket.socket()
        if receive:
            plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
        plain.connect(("127.0.0.1", self._port))
        plain.setblocking(False)
        return plain

    async def has(self, connections: int) -> None:
        """Returns once the form has this many connections."""

        async def counted() -> bool:
            return self.count() == connections

        await until(counted)

    def count(self) -> int:
        """How many connections the form counts."""
        state = self.server.server_state
        assert isinstance(state, WebServerState)
        return len(state.limits)

    @property
    def served(self) -> list[HttpProtocol]:
        """The form's side of the connections."""
        return [one for one in self.server.server_state.connections if isinstance(one, HttpProtocol)]


async def read_to_end(reader: asyncio.StreamReader) -> bytes:
    """What arrives until the connection is closed or reset."""
    found = b""
    with suppress(ConnectionError):  # data was on its way when it closed
        async with asyncio.timeout(5):
            while some := await reader.read(65536):
                found += some
    return found


@asynccontextmanager
async def wired(settings: Settings, trusted_proxies: str = "") -> AsyncIterator[Wire]:
    """Serves the form during the block."""
    own = socket_activation.bind("127.0.0.1", 0)
    app = create(settings, Workers())
    events = app.state.dependencies.events
    server = WebServer(app, own, events, outlives_us=True, trusted_proxies=trusted_proxies)
    task = asyncio.create_task(server.serve(sockets=[own]))

    async def started() -> bool:
        return server.started

    await until(started)
    yield Wire(server, own.getsockname()[1])
    server.stop()
    await task
