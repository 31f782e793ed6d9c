"""A server that accepts connections and then says nothing, as behind a broken network, holds nobody up."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from shared.messaging import connection
from shared.messaging.connection import make_broker, start_when_reachable
from tests.support.waiting import until


@dataclass
class SilentServer:
    """Accepts connections, and reads what comes."""

    url: str = ""
    accepted: int = 0
    open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.accepted += 1
        self.open.add(writer)
        while await reader.read(1024):
            pass
        self.open.discard(writer)
        writer.close()


@pytest.fixture
async def silent(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SilentServer]:
    monkeypatch.setattr(connection, "PAUSE", 0.05)
    found = SilentServer()
    async with await asyncio.start_server(found.take, "127.0.0.1", 0) as server:
        found.url = f"amqp://ace:ace@127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        yield found


async def test_a_process_that_stops_while_it_connects_leaves_no_connection_and_no_attempt(silent: SilentServer) -> None:
    before = asyncio.all_tasks()
    starting = asyncio.create_task(start_when_reachable(make_broker(silent.url, "intake")))
    await until(lambda: _is(silent.accepted == 1))
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(starting, 5)
    await until(lambda: _is(not silent.open), within=5)
    await until(lambda: _is(asyncio.all_tasks() <= before | {asyncio.current_task()}), within=5)
    assert silent.accepted == 1


async def test_an_attempt_that_gets_no_answer_is_given_up_for_another(
    silent: SilentServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "CONNECTED_WITHIN", 0.1)
    starting = asyncio.create_task(start_when_reachable(make_broker(silent.url, "intake")))
    await until(lambda: _is(silent.accepted >= 3 and len(silent.open) <= 1), within=5)
    starting.cancel()
    await asyncio.wait([starting])


async def _is(condition: bool) -> bool:  # what `until` awaits
    return condition
