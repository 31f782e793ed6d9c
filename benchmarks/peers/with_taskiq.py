"""Taskiq: quorum queues, confirmed publishing, acknowledged when executed. `work`, or `start STEP COUNT DETAIL`."""

import asyncio
import os
import sys

import aiosmtplib
from steps_async import Steps
from taskiq_aio_pika import AioPikaBroker
from taskiq_aio_pika.exchange import Exchange
from taskiq_aio_pika.queue import Queue, QueueType
from workload import BROKER, NAME, SMTP_PORT, make_ids, message

broker = AioPikaBroker(
    BROKER,
    qos=50,
    exchange=Exchange(name=NAME or "peer"),
    task_queues=[Queue(name=NAME or "peer", type=QueueType.QUORUM)],
    dead_letter_queue=Queue(name=f"{NAME}.dead", type=QueueType.QUORUM),
)


async def send(email) -> None:
    """Sends an email, on a connection of its own."""
    await aiosmtplib.send(email, hostname="127.0.0.1", port=SMTP_PORT)


steps = Steps(send)


@broker.task(task_name="take")
async def take(step: str, id: str, detail: str, _sealed: str) -> None:
    """Does a step, and publishes what follows."""
    for following in await steps.take(step, id, detail):
        await take.kiq(*following)


async def start(step: str, count: int, detail: str) -> None:
    """Publishes the first messages."""
    await broker.startup()
    for id in make_ids(count):
        await take.kiq(*message(step, id, detail))
    await broker.shutdown()


if __name__ == "__main__":
    if sys.argv[1] == "work":
        worker = ["taskiq", "worker", "with_taskiq:broker", "--workers", "1", "--ack-type", "when_executed"]
        os.execvp("taskiq", [*worker, "--log-level", "WARNING", "--max-async-tasks", "50"])
    asyncio.run(start(sys.argv[2], int(sys.argv[3]), sys.argv[4]))
