"""What a process sees of its servers when they cannot be reached, and the channel of its delivery."""

import asyncio
from collections.abc import Callable

from aio_pika.exceptions import ChannelInvalidStateError

from shared.domain.errors import TransientFailure
from tests.properties.network import Network, Reached, Work


class Channel:
    """The channel of one delivery."""

    def __init__(self, network: Network, work: Work) -> None:
        self._work = work
        self._reached = Reached(network, "broker", self, closed)

    @property
    def is_closed(self) -> bool:
        """Whether the connection has been lost."""
        return self._work.channel_closed

    async def basic_ack(self, *, delivery_tag: int, multiple: bool) -> None:
        """Acknowledges this delivery. If that does not get through, it was lost with its connection."""
        assert (delivery_tag, multiple) == (1, False)
        await self._reached.acknowledge()

    async def acknowledge(self) -> None:
        """Acknowledges at the broker, unless it has delivered the message to another process by now."""
        self._work.acknowledged = not self._work.channel_closed


def away() -> BaseException:
    return TransientFailure("the database is away")


def closed() -> BaseException:
    return ChannelInvalidStateError("closed")


def unconfirmed() -> Callable[[], BaseException]:
    """What a publisher sees of a lost connection: alternately a closed channel and aiormq's cancellation."""
    seen: list[BaseException] = []

    def next_one() -> BaseException:
        seen.append(closed() if len(seen) % 2 else asyncio.CancelledError())
        return seen[-1]

    return next_one
