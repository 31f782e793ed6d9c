"""A stamp counts only while it is proved that the broker overwrites forged ones."""

import asyncio
from typing import Any, cast

import pytest
from aio_pika.abc import AbstractIncomingMessage

from shared.messaging import headers
from shared.messaging.stamps import Stamps
from tests.support.memory.broker import Channel, delivered, stamp
from tests.unit.messaging.rig import START, a_guess


class Connections:
    """A broker's connection, seen from a worker that asks whether its stamps are overwritten."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.close_callbacks: set[Any] = set()
        self.reconnect_callbacks: set[Any] = set()
        self.answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        monkeypatch.setattr("shared.messaging.stamps.overwrites_stamps", self._overwrites)

    async def connect(self) -> "Connections":
        return self

    async def _overwrites(self, _connection: object, _exchange: str) -> bool:
        return await self.answer

    def replace(self) -> None:
        """Loses the connection; the next one is there at once."""
        self.answer = asyncio.get_running_loop().create_future()
        for lost in self.close_callbacks:
            lost(self, OSError())
        for back in self.reconnect_callbacks:
            back(self)


async def take(stamps: Stamps) -> AbstractIncomingMessage:
    """What a processor gets of a stamped message."""
    taken = []

    async def keep(raw: AbstractIncomingMessage) -> None:
        taken.append(raw)

    await stamps.guard(keep)(delivered(stamp(a_guess(), START), Channel()))
    return taken[0]


@pytest.mark.parametrize("proved", [True, False])
async def test_a_delivery_waits_for_the_proof_and_keeps_its_stamp_only_with_it(
    monkeypatch: pytest.MonkeyPatch, *, proved: bool
) -> None:
    connections = Connections(monkeypatch)
    stamps = Stamps(cast("Any", connections))
    watching, taking = asyncio.create_task(stamps.watch()), asyncio.create_task(take(stamps))
    await asyncio.sleep(0.01)
    assert not taking.done()
    connections.answer.set_result(proved)
    assert (headers.STAMP in (await taking).headers) == proved
    await watching
    assert await stamps.are_proved() == proved


async def test_each_connection_is_proved_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    connections = Connections(monkeypatch)
    connections.answer.set_result(True)
    stamps = Stamps(cast("Any", connections))
    await stamps.watch()
    connections.replace()
    taking = asyncio.create_task(take(stamps))
    await asyncio.sleep(0.01)
    assert not taking.done()
    connections.answer.set_result(False)
    assert headers.STAMP not in (await taking).headers
    stamps.stop()


async def test_what_cannot_be_tried_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    connections = Connections(monkeypatch)
    connections.answer.set_exception(KeyError("a bug"))
    stamps = Stamps(cast("Any", connections))
    await stamps.watch()
    assert not await stamps.are_proved()
