"""A TCP proxy between the services and one server that can delay, freeze, reset and cut connections."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Watch = Callable[[bytes], bytes]
"""Sees one direction of one connection and returns what to forward. Raises `Cut`."""


class Cut(Exception):  # an order, not an error
    """Ends the connection after these last bytes."""

    def __init__(self, last: bytes) -> None:
        super().__init__()
        self.last = last


@dataclass(eq=False)
class Line:
    """One connection through the proxy."""

    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    frozen: asyncio.Event = field(default_factory=asyncio.Event)

    def reset(self) -> None:
        """Resets it: both sides see a reset, and data on its way is lost."""
        for writer in self.writers:
            found = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()


@dataclass
class Proxy:
    """Forwards to one server, or like a load balancer to the next of several that accepts a connection."""

    targets: list[tuple[str, int]]
    latency: float = 0.0
    """Seconds of delay for everything."""
    refusing: bool = False
    silent: bool = False
    """Whether new connections are accepted but never forwarded."""
    from_client: Callable[[], Watch] | None = None
    from_server: Callable[[], Watch] | None = None
    own_port: int = 0
    cuts: int = 0
    accepted: int = 0
    _lines: set[Line] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Accepts a connection."""
        self.accepted += 1
        task = asyncio.create_task(self.take(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Ends every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def reset(self) -> int:
        """Resets every connection; returns how many."""
        lines = list(self._lines)
        for line in lines:
            line.reset()
        return len(lines)

    def freeze(self) -> int:
        """Silently stops all traffic on the current connections; returns how many."""
        for line in self._lines:
            line.frozen.set()
        return len(self._lines)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Handles one connection until it ends."""
        if self.refusing:
            writer.transport.abort()
            return
        connected = await self._connect()
        if connected is None:
            writer.transport.abort()
            return
        to_reader, to_writer = connected
        line = Line((writer, to_writer))
        if self.silent:
            line.frozen.set()
        self._lines.add(line)
        watches = [make() if make else None for make in (self.from_client, self.from_server)]
        pumps = [
            asyncio.create_task(self._pump(line, reader, to_writer, watches[0])),
            asyncio.create_task(self._pump(line, to_reader, writer, watches[1])),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            self._lines.discard(line)
            for each in line.writers:
                each.transport.abort()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in self.targets:
            self.targets = [*self.targets[1:], self.targets[0]]
            with contextlib.suppress(OSError):
                return await asyncio.open_connection(*self.targets[-1])
        return None

    async def _pump(
        self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, watch: Watch | None
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if line.frozen.is_set():
                    await asyncio.Event().wait()
                if self.latency:
                    await asyncio.sleep(self.latency)
                try:
                    passed = watch(data) if watch else data
                except Cut as cut:
                    self.cuts += 1
                    writer.write(cut.last)
                    await writer.drain()
                    return
                writer.write(passed)
                await writer.drain()


@asynccontextmanager
async def proxy(*targets: tuple[str, int]) -> AsyncIterator[Proxy]:
    """The proxy while the block runs."""
    found = Proxy(list(targets))
    server = await asyncio.start_server(found.accept, "127.0.0.1", 0)
    found.own_port = server.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        server.close()
        await found.close()


def cutting_in_the_middle(every: int) -> Callable[[], Watch]:
    """Forwards half of a connection's n-th chunk, then cuts."""

    def make() -> Watch:
        seen = 0

        def watch(data: bytes) -> bytes:
            nonlocal seen
            seen += 1
            if seen == every:
                raise Cut(data[: len(data) // 2])
            return data

        return watch

    return make


def cutting_at_method(method: tuple[int, int], every: int) -> Callable[[], Watch]:
    """Cuts an AMQP connection instead of passing a method's n-th frame (AMQP 0-9-1, 4.2.3): 60, 80 is basic.ack."""

    def make() -> Watch:
        rest, seen = b"", 0

        def watch(data: bytes) -> bytes:
            nonlocal rest, seen
            rest += data
            passed = bytearray()
            if rest.startswith(b"AMQP") and len(rest) >= 8:
                passed += rest[:8]
                rest = rest[8:]
            while len(rest) >= 7 and len(rest) >= (whole := 8 + int.from_bytes(rest[3:7], "big")):
                frame, rest = rest[:whole], rest[whole:]
                if frame[0] == 1 and struct.unpack(">HH", frame[7:11]) == method:
                    seen += 1
                    if seen == every:
                        raise Cut(bytes(passed))
                passed += frame
            return bytes(passed)

        return watch

    return make
