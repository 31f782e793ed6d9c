"""A publish that a lost connection interrupts is not confirmed; one that we cancel is canceled."""

import asyncio
from typing import Any, cast
from uuid import uuid4

import pytest

from shared.messaging.publishing import NotConfirmed, Publisher
from tests.unit.messaging.rig import START, a_guess


class Connection:
    """A connection that waits for a confirm that never comes."""

    def __init__(self) -> None:
        self.waiting = asyncio.Event()

    async def publish(self, *_: Any, **__: Any) -> None:
        self.confirm = asyncio.get_running_loop().create_future()
        self.waiting.set()
        await self.confirm

    def publishing(self) -> asyncio.Task[None]:
        publisher = Publisher(cast("Any", self), "worker")
        return asyncio.create_task(publisher.publish(a_guess().message, id=uuid4(), at=START))


async def test_a_publish_that_a_lost_connection_cuts_short_is_not_confirmed() -> None:
    connection = Connection()
    publishing = connection.publishing()
    await connection.waiting.wait()
    connection.confirm.cancel()  # as aiormq does when a connection is lost
    with pytest.raises(NotConfirmed):
        await publishing


async def test_a_publish_that_is_cancelled_is_cancelled() -> None:
    connection = Connection()
    publishing = connection.publishing()
    await connection.waiting.wait()
    publishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await publishing
