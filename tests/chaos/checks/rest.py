"""Whether anything is still waiting or on its way."""

import asyncio
import time
from typing import Any

import aio_pika
from motor.motor_asyncio import AsyncIOMotorClient
from yarl import URL

from shared.domain.email import WELCOME
from shared.messaging import topology
from shared.messaging.queue_counts import count_queue
from shared.messaging.topology import WORK_QUEUES
from tests.chaos.processes.system import IMPERSONATOR, System

JOINED = {"$lookup": {"from": "emails", "localField": "_id", "foreignField": "_id", "as": "recorded"}}
EMAILS = "recorded.emails"
NOT_YET = {"$in": [None, "sending", "deferred"]}
UNDER_WAY: list[dict[str, Any]] = [
    {"state": {"$in": ["requested", "submitted"]}, "parked": {"$in": [None, {}]}},
    {"state": "awaiting-code", f"{EMAILS}.verification-code.status": NOT_YET},
    *({"state": {"$in": ["provisioned", "completed"]}, f"{EMAILS}.{kind.value}.status": NOT_YET} for kind in WELCOME),
    {"state": "rejected", "history.state": "submitted", f"{EMAILS}.application-refused.status": NOT_YET},
]
"""Applications that a worker still has to do something about."""

QUEUES = [queue.name for queue in WORK_QUEUES] + [step.name for step in topology.RETRY_STEPS]
AT_REST = 3
"""How often in a row, a second apart, all queues must be empty and nothing on its way."""


def operator_url(system: System) -> str:
    """The impersonator's broker URL, which bypasses the proxy."""
    return str(URL(system.servers.rabbitmq_url).with_user(IMPERSONATOR).with_password(IMPERSONATOR))


async def come_to_rest(system: System, within: float = 120) -> dict[str, int]:
    """Waits until no message is waiting or on its way; returns what did not come to rest in time."""
    quiet, left, deadline = 0, {"?": 1}, time.monotonic() + within
    while quiet < AT_REST and time.monotonic() < deadline:
        try:
            left = await _unfinished(system)
        except (aio_pika.exceptions.AMQPError, OSError) as error:
            left = {type(error).__name__: 1}
        quiet = 0 if left else quiet + 1
        await asyncio.sleep(0.7)
    return left


async def _unfinished(system: System) -> dict[str, int]:
    """Messages in queues, and applications that still have something coming."""
    found = {}
    async with await aio_pika.connect(operator_url(system)) as connection:
        for name in QUEUES:
            async with connection.channel() as channel:
                counts = await count_queue(channel, name)
                if counts is None or counts.ready:
                    found[name] = counts.ready if counts else 1
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(system.settings.need("mongodb_url"))
    under_way: list[dict[str, Any]] = [JOINED, {"$match": {"$or": UNDER_WAY}}]
    count = len(await client[system.settings.mongodb_database]["applications"].aggregate(under_way).to_list(None))
    client.close()
    return {**found, "applications under way": count} if count else found
