"""Creates the topology on a broker: exchanges, queues and bindings over AMQP, policies and users over HTTP."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import aio_pika
import httpx
from aio_pika import ExchangeType
from yarl import URL

from shared.messaging import topology

VHOST = "/"


async def declare(url: str) -> None:
    """Declares every exchange, queue and binding. The broker refuses (406) any that exists with other arguments."""
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        exchanges = {
            name: await channel.declare_exchange(name, ExchangeType.TOPIC, durable=True) for name in topology.EXCHANGES
        }
        for binding in topology.bindings():
            queue = await channel.declare_queue(binding.queue, durable=True, arguments=binding.arguments)
            await queue.bind(exchanges[binding.exchange], binding.key)
            if binding.queue in topology.REPLAYED:
                await queue.bind(exchanges[topology.REPLAY], binding.queue)


async def administer(management_url: str, broker_url: str, passwords: Mapping[str, str]) -> None:
    """Sets the policies, and creates the services' users and permissions wherever a password is given.

    Raises:
        httpx.HTTPError: the interface is unreachable, or refuses the operator's name and password.

    """
    broker = URL(broker_url)
    vhost = quote(broker.path.lstrip("/") or "/", safe="")
    credentials = httpx.BasicAuth(broker.user or "guest", broker.password or "guest")
    async with httpx.AsyncClient(base_url=f"{management_url.rstrip('/')}/api/", auth=credentials, timeout=15) as api:
        for policy in topology.POLICIES:
            await _put(api, f"policies/{vhost}/{policy.name}", _policy(policy))
        for user, password in passwords.items():
            await _put(api, f"users/{user}", {"password": password, "tags": ""})
            permission = topology.PERMISSIONS[user]
            for exchange, keys in permission.keys.items():
                allowed = {"exchange": exchange, "write": keys, "read": topology.NOTHING}
                await _put(api, f"topic-permissions/{vhost}/{user}", allowed)
            names = {"configure": permission.configure, "write": permission.write, "read": permission.read}
            await _put(api, f"permissions/{vhost}/{user}", names)


async def _put(api: httpx.AsyncClient, path: str, body: Mapping[str, Any]) -> None:
    (await api.put(path, json=dict(body))).raise_for_status()


def definitions() -> dict[str, Any]:
    """The topology in the format that a broker loads at startup (`load_definitions`), without users."""
    kept = {"vhost": VHOST, "durable": True, "auto_delete": False}
    return {
        "vhosts": [{"name": VHOST}],
        "exchanges": [{"name": name, "type": "topic", "internal": False, **kept} for name in topology.EXCHANGES],
        "queues": [{"name": binding.queue, "arguments": binding.arguments, **kept} for binding in topology.bindings()],
        "bindings": [
            {
                "source": exchange,
                "vhost": VHOST,
                "destination": queue,
                "destination_type": "queue",
                "routing_key": key,
                "arguments": {},
            }
            for exchange, queue, key in [
                *((binding.exchange, binding.queue, binding.key) for binding in topology.bindings()),
                *((topology.REPLAY, queue, queue) for queue in topology.REPLAYED),
            ]
        ],
        "policies": [{"name": policy.name, "vhost": VHOST, **_policy(policy)} for policy in topology.POLICIES],
    }


def _policy(policy: topology.Policy) -> dict[str, Any]:
    return {"pattern": policy.pattern, "definition": policy.definition, "apply-to": "queues", "priority": 0}
