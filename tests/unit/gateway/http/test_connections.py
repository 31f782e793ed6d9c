"""Many connections, and slow readers: what they hold is little, and not for long."""

import asyncio
import re
import socket
from dataclasses import dataclass

import pytest

from services.gateway.views.assets import load_assets
from shared.settings.processes import Settings
from shared.web import connections, http_protocol
from shared.web.connections import Connections
from shared.web.http_protocol import SEND_BUFFER
from tests.support.waiting import until
from tests.unit.gateway.http.wire import Wire

HEAD = b"GET /livez HTTP/1.1\r\nHost: form.test\r\n"
LAST = HEAD + b"Connection: close\r\n\r\n"
BUSY = b"POST /request HTTP/1.1\r\nHost: form.test\r\nContent-Type: application/x-www-form-urlencoded\r\n"
BUSY += b"Content-Length: 1000\r\n\r\n"
"""The form waits for its content, so the connection is not idle."""


@dataclass(eq=False)
class Counted:
    """A connection that only the limits know."""

    is_idle: bool = False
    gone: bool = False

    def give_way(self) -> None:
        self.gone = True
        self.limits.leave(self)

    limits: Connections = None  # type: ignore[assignment]  # set by `enter`


def enter(limits: Connections, host: str, *, is_idle: bool = False) -> tuple[Counted, int]:
    connection = Counted(is_idle, limits=limits)
    return connection, limits.admit(connection, host)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "OF_NETWORK", 2)
    monkeypatch.setattr(connections, "IN_ALL", 4)


@pytest.mark.usefixtures("few")
def test_one_network_has_so_many_places_and_others_keep_theirs() -> None:
    limits = Connections("")
    assert [enter(limits, "203.0.113.7")[1] for _ in range(3)] == [0, 0, 429]
    assert enter(limits, "203.0.113.8")[1] == 0


@pytest.mark.usefixtures("few")
def test_an_ipv6_subscriber_is_one_network() -> None:
    limits = Connections("")
    assert [enter(limits, f"2001:db8::{n}")[1] for n in range(3)] == [0, 0, 429]
    assert enter(limits, "2001:db8:0:1::1")[1] == 0


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("trusted", ["10.0.0.0/8, 192.0.2.1", "*"])
def test_a_trusted_proxy_is_not_one_visitor(trusted: str) -> None:
    limits = Connections(trusted)
    assert [enter(limits, "10.1.2.3")[1] for _ in range(5)] == [0, 0, 0, 0, 503]


@pytest.mark.usefixtures("few")
def test_the_oldest_idle_connection_gives_way_and_a_busy_one_never_does() -> None:
    limits = Connections("")
    busy, _ = enter(limits, "203.0.113.7")
    idle, _ = enter(limits, "203.0.113.7", is_idle=True)
    assert enter(limits, "203.0.113.7")[1] == 0
    assert (busy.gone, idle.gone) == (False, True)
    assert enter(limits, "203.0.113.7")[1] == 429


@pytest.mark.usefixtures("few")
def test_a_place_is_free_again_once_its_connection_is_gone() -> None:
    limits = Connections("")
    first, _ = enter(limits, "203.0.113.7")
    enter(limits, "203.0.113.7")
    limits.leave(first)
    limits.leave(first)
    assert [enter(limits, "203.0.113.7")[1] for _ in range(2)] == [0, 429]
    assert len(limits) == 2


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "RESPONSE_WITHIN", 0.3)


@pytest.mark.usefixtures("few")
async def test_who_has_too_many_busy_connections_is_told_so_and_idle_ones_keep_nobody_out(wire: Wire) -> None:
    loop = asyncio.get_running_loop()
    held = [wire.connect(), wire.connect()]
    await wire.has(2)
    assert (await wire.answers(LAST)).startswith("HTTP/1.1 200 ")
    held += [wire.connect(), wire.connect()]
    await wire.has(2)
    for busy in held[2:]:
        await loop.sock_sendall(busy, BUSY)

    async def all_busy() -> bool:
        return sum(not one.is_idle for one in wire.served) == 2

    await until(all_busy)
    answer = await wire.answers(LAST)
    assert answer.startswith("HTTP/1.1 429 ")
    assert "Retry-After: 10\r\n" in answer
    assert "Content-Security-Policy: " in answer
    for connection in held:
        connection.close()
    await wire.has(0)
    assert (await wire.answers(LAST)).startswith("HTTP/1.1 200 ")


@pytest.mark.usefixtures("hurried")
@pytest.mark.parametrize("last", [b"", b"Connection: close\r\n"], ids=["kept", "closed"])
async def test_who_does_not_read_is_cut_off_and_holds_little_until_then(
    wire: Wire, settings: Settings, last: bytes
) -> None:
    large = _find_large_asset(settings)
    reader = wire.connect(receive=2048)
    request = f"GET {large} HTTP/1.1\r\nHost: form.test\r\n".encode()
    await asyncio.get_running_loop().sock_sendall(reader, (request + b"\r\n") * 20 + request + last + b"\r\n")
    await wire.has(1)
    (connection,) = wire.served
    assert connection.transport.get_write_buffer_size() < 1_000_000  # one file, not twenty
    kept = connection.transport.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    assert kept <= 2 * SEND_BUFFER
    await wire.has(0)
    assert await _read(reader) == "reset"


@pytest.mark.usefixtures("hurried")
async def test_who_ends_sending_and_does_not_read_keeps_the_place_until_cut_off(wire: Wire, settings: Settings) -> None:
    reader = wire.connect(receive=2048)
    request = f"GET {_find_large_asset(settings)} HTTP/1.1\r\nHost: form.test\r\n\r\n".encode()
    await asyncio.get_running_loop().sock_sendall(reader, request)

    async def answered() -> bool:
        return any(one.cycle and one.cycle.response_complete for one in wire.served)

    await until(answered)
    reader.shutdown(socket.SHUT_WR)
    assert wire.count() == 1
    await wire.has(0)
    reader.close()


async def test_who_reads_slowly_but_in_time_gets_everything(wire: Wire, settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    reader = wire.connect(receive=4096)
    path = _find_large_asset(settings)
    await loop.sock_sendall(reader, f"GET {path} HTTP/1.1\r\nHost: form.test\r\nConnection: close\r\n\r\n".encode())
    found = b""
    while some := await loop.sock_recv(reader, 8192):
        found += some
        await asyncio.sleep(0.002)
    reader.close()
    head, _, body = found.partition(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head)
    assert length
    assert len(body) == int(length[1]) > SEND_BUFFER


async def test_a_connection_ends_after_so_many_requests_and_says_so(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_protocol, "REQUESTS", 3)
    answer = await wire.answers((HEAD + b"\r\n") * 5)
    assert answer.count("HTTP/1.1 200 ") == 3
    assert answer.count("connection: close") == 1


async def _read(reader: socket.socket) -> str:
    """Reads what is left, and says how the connection ended."""
    try:
        while await asyncio.get_running_loop().sock_recv(reader, 1 << 16):
            pass
    except ConnectionResetError:
        return "reset"
    finally:
        reader.close()
    return "closed"


def _find_large_asset(settings: Settings) -> str:
    return load_assets(settings.frontend_dir).make_url("uswds/css/uswds.min.css")
