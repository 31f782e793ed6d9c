"""What operators learn about retries keeps none of them waiting."""

import asyncio

import aio_pika
import pytest

from services.console.queues import browsing, reading
from shared.messaging.queue_counts import QueueCounts
from shared.settings.processes import Settings
from tests.support.broker import Broker

QUEUE = "notifier.send-email"


async def test_those_that_wait_are_not_held_for_one_whose_wait_just_ended(
    settings: Settings, broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    exchange = await broker.channel.get_exchange("ace.retry.600s", ensure=False)
    await exchange.publish(aio_pika.Message(b"x"), QUEUE)

    async def count_one_that_is_gone(*_: object) -> QueueCounts:
        return QueueCounts(ready=2, consumers=0)

    async with await aio_pika.connect(settings.need("rabbitmq_url")) as connection:
        found = await reading.read_from_amqp(connection)
        monkeypatch.setattr("services.console.queues.browsing.count_queue", count_one_that_is_gone)
        async with asyncio.timeout(browsing.QUIET * 0.8):
            assert await reading.count_waiting(connection, found) == {QUEUE: {"10 min": 1}}
