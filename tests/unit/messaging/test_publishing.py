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


@pytest.mark.parametrize(("by", "raised"), [("a lost connection", NotConfirmed), ("us", asyncio.CancelledError)])
async def test_a_publish_that_is_cut_short_says_by_whom(by: str, raised: type[BaseException]) -> None:
    connection = Connection()
    publishing = connection.publishing()
    await connection.waiting.wait()
    (publishing if by == "us" else connection.confirm).cancel()  # aiormq cancels confirms of a lost connection
    with pytest.raises(raised):
        await publishing
