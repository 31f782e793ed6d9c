"""The bare twin: aio-pika and the driver by hand. `work`, or `start STEP COUNT DETAIL`."""

import asyncio
import json
import sys
from email.message import EmailMessage

import aio_pika
import aiosmtplib
import uvloop
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage
from steps_async import Steps
from workload import BROKER, NAME, SMTP_PORT, Message, make_ids, message

PREFETCH = 50


class Sender:
    """One kept connection to the mail server."""

    def __init__(self) -> None:
        self._smtp = aiosmtplib.SMTP(hostname="127.0.0.1", port=SMTP_PORT, local_hostname="localhost")
        self._alone = asyncio.Lock()

    async def send(self, email: EmailMessage) -> None:
        """Sends an email; others wait meanwhile."""
        async with self._alone:
            if not self._smtp.is_connected:
                await self._smtp.connect()
            await self._smtp.send_message(email)


async def publish(channel: AbstractChannel, following: Message) -> None:
    """Publishes a message, and waits until the broker has confirmed it."""
    body = json.dumps(following).encode()
    outgoing = aio_pika.Message(body, delivery_mode=2, content_type="application/json")
    await channel.default_exchange.publish(outgoing, NAME)


async def open_channel() -> AbstractChannel:
    """Connects, and declares the queue."""
    connection = await aio_pika.connect(BROKER)
    channel = await connection.channel()
    await channel.set_qos(PREFETCH)
    await channel.declare_queue(NAME, durable=True, arguments={"x-queue-type": "quorum"})
    return channel


async def work() -> None:
    """Takes messages until it is killed."""
    channel, steps = await open_channel(), Steps(Sender().send)

    async def take(incoming: AbstractIncomingMessage) -> None:
        async with incoming.process(requeue=True):
            step, id, detail, _ = json.loads(incoming.body)
            for following in await steps.take(step, id, detail):
                await publish(channel, following)

    queue = await channel.get_queue(NAME)
    await queue.consume(take)
    await asyncio.Future()


async def start(step: str, count: int, detail: str) -> None:
    """Publishes the first messages."""
    channel = await open_channel()
    for id in make_ids(count):
        await publish(channel, message(step, id, detail))


if __name__ == "__main__":
    uvloop.run(work() if sys.argv[1] == "work" else start(sys.argv[2], int(sys.argv[3]), sys.argv[4]))
