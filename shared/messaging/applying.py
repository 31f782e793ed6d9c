"""Making the topology on a broker: exchanges, queues and bindings by AMQP; policies and users by its HTTP interface."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aio_pika
import httpx
from aio_pika import ExchangeType
from yarl import URL

from shared.messaging.topology import (
    DEAD,
    DEAD_ARGUMENTS,
    EXCHANGES,
    PERMISSIONS,
    POLICIES,
    RETRY_STEPS,
    WORK_QUEUES,
)


async def declare(url: str) -> None:
    """Declares every exchange, queue and binding. Refused by the broker (406) where one exists that is different."""
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        exchanges = {
            name: await channel.declare_exchange(name, ExchangeType.TOPIC, durable=True)
            for name in (*EXCHANGES, *(step.name for step in RETRY_STEPS))
        }
        for step in RETRY_STEPS:
            waiting = await channel.declare_queue(step.name, durable=True, arguments=step.arguments)
            await waiting.bind(exchanges[step.name], "#")
        for queue in WORK_QUEUES:
            work = await channel.declare_queue(queue.name, durable=True, arguments=queue.arguments)
            await work.bind(exchanges[queue.exchange], queue.message.name())
            if not queue.is_query:
                dead = await channel.declare_queue(queue.dead, durable=True, arguments=DEAD_ARGUMENTS)
                await dead.bind(exchanges[DEAD], queue.dead)


async def administer(management_url: str, broker_url: str, passwords: Mapping[str, str]) -> None:
    """Sets the policies, and makes the services' users with their permissions, as far as passwords are given.

    Raises:
        httpx.HTTPError: the interface is away, or refuses the operator's name and password.
    """
    broker = URL(broker_url)
    vhost = quote(broker.path.lstrip("/") or "/", safe="")
    credentials = httpx.BasicAuth(broker.user or "guest", broker.password or "guest")
    async with httpx.AsyncClient(base_url=f"{management_url.rstrip('/')}/api/", auth=credentials, timeout=15) as api:
        for policy in POLICIES:
            body = {"pattern": policy.pattern, "definition": policy.definition, "apply-to": "queues", "priority": 0}
            await _put(api, f"policies/{vhost}/{policy.name}", body)
        for user, password in passwords.items():
            await _put(api, f"users/{user}", {"password": password, "tags": ""})
            permission = PERMISSIONS[user]
            await _put(api, f"permissions/{vhost}/{user}", vars(permission))


async def _put(api: httpx.AsyncClient, path: str, body: Mapping[str, Any]) -> None:
    (await api.put(path, json=dict(body))).raise_for_status()


def definitions() -> dict[str, Any]:
    """The topology in the form that a broker loads at its start (`load_definitions`), without users."""
    exchanges = [
        {"name": name, "vhost": "/", "type": "topic", "durable": True, "auto_delete": False, "internal": False}
        for name in (*EXCHANGES, *(step.name for step in RETRY_STEPS))
    ]
    queues: list[dict[str, Any]] = []
    bindings: list[dict[str, Any]] = []

    def add(name: str, arguments: dict[str, Any], exchange: str, key: str) -> None:
        queues.append({"name": name, "vhost": "/", "durable": True, "auto_delete": False, "arguments": arguments})
        bindings.append(
            {
                "source": exchange,
                "vhost": "/",
                "destination": name,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
        )

    for step in RETRY_STEPS:
        add(step.name, step.arguments, step.name, "#")
    for queue in WORK_QUEUES:
        add(queue.name, queue.arguments, queue.exchange, queue.message.name())
        if not queue.is_query:
            add(queue.dead, DEAD_ARGUMENTS, DEAD, queue.dead)
    policies = [
        {
            "vhost": "/",
            "name": policy.name,
            "pattern": policy.pattern,
            "apply-to": "queues",
            "definition": policy.definition,
            "priority": 0,
        }
        for policy in POLICIES
    ]
    return {
        "vhosts": [{"name": "/"}],
        "exchanges": exchanges,
        "queues": queues,
        "bindings": bindings,
        "policies": policies,
    }
