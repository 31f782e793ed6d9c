"""Creates the topology on a broker: exchanges, queues and bindings over AMQP, policies and users over HTTP."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import aio_pika
import httpx
from aio_pika import ExchangeType

from shared.messaging import management, topology
from shared.messaging.broker_limits import ADVANCED, CONFIGURATION, POLICIES, USER_LIMITS, VHOST_LIMITS, Policy
from shared.messaging.permissions import NOTHING, PERMISSIONS, REPLIES, Permission

VHOST = "/"


async def declare(url: str) -> None:
    """Declares every exchange, queue and binding. The broker refuses (406) any that exists with other arguments."""
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        exchanges = {
            name: await channel.declare_exchange(name, ExchangeType.TOPIC, durable=True) for name in topology.EXCHANGES
        }
        for binding in topology.BINDINGS:
            queue = await channel.declare_queue(binding.queue, durable=True, arguments=binding.arguments)
            await queue.bind(exchanges[binding.exchange], binding.key)
            if binding.queue in topology.REPLAYED:
                await queue.bind(exchanges[topology.REPLAY], binding.queue)


async def administer(management_url: str, broker_url: str, passwords: Mapping[str, str]) -> None:
    """Sets policies and limits, and creates each service's user and permissions if its password is given.

    Deletes durable queues and exchanges that a gateway's user left behind.

    Raises:
        httpx.HTTPError: the interface is unreachable, or refuses the operator's name and password.

    """
    vhost = quote(management.read_vhost(broker_url), safe="")
    async with management.make_client(management_url, broker_url) as api:
        for policy in POLICIES:
            await _put(api, f"policies/{vhost}/{policy.name}", _make_policy(policy))
        await _limit(api, f"vhost-limits/{vhost}", VHOST_LIMITS)
        for user, password in passwords.items():
            await create_user(api, vhost, user, {"password": password, "tags": ""}, PERMISSIONS[user])
        await _delete_left_behind(api, vhost)


async def create_user(
    api: httpx.AsyncClient, vhost: str, user: str, attributes: Mapping[str, str], permission: Permission
) -> None:
    """Creates or changes a user with its limits and what it may do. `vhost`: quoted. `attributes`: password, tags."""
    await _put(api, f"users/{user}", attributes)
    await _limit(api, f"user-limits/{user}", USER_LIMITS)
    for exchange, keys in permission.keys.items():
        allowed = {"exchange": exchange, "write": keys, "read": NOTHING}
        await _put(api, f"topic-permissions/{vhost}/{user}", allowed)
    names = {"configure": permission.configure, "write": permission.write, "read": permission.read}
    await _put(api, f"permissions/{vhost}/{user}", names)


async def _limit(api: httpx.AsyncClient, path: str, limits: Mapping[str, int]) -> None:
    """Sets limits that are not set yet; keeps the others, because an operator may have raised them."""
    there = {name for found in await _get(api, path) for name in found["value"]}
    for name in limits.keys() - there:
        await _put(api, f"{path}/{name}", {"value": limits[name]})


async def _delete_left_behind(api: httpx.AsyncClient, vhost: str) -> None:
    for what in ("queues", "exchanges"):
        for name in find_left_behind(await _get(api, f"{what}/{vhost}")):
            (await api.delete(f"{what}/{vhost}/{quote(name, safe='')}")).raise_for_status()


def find_left_behind(listed: Iterable[Mapping[str, Any]]) -> list[str]:
    """Names queues or exchanges that only a gateway's user can have created and that outlive its connection."""
    return [found["name"] for found in listed if found["name"].startswith(REPLIES) and not found.get("exclusive")]


async def _get(api: httpx.AsyncClient, path: str) -> list[dict[str, Any]]:
    answer = await api.get(path)
    answer.raise_for_status()
    found: list[dict[str, Any]] = answer.json()
    return found


async def _put(api: httpx.AsyncClient, path: str, body: Mapping[str, Any]) -> None:
    (await api.put(path, json=dict(body))).raise_for_status()


def make_definitions() -> dict[str, Any]:
    """The topology in the format that a broker loads at startup (`load_definitions`), without users."""
    kept = {"vhost": VHOST, "durable": True, "auto_delete": False}
    return {
        "vhosts": [{"name": VHOST}],
        "exchanges": [{"name": name, "type": "topic", "internal": False, **kept} for name in topology.EXCHANGES],
        "queues": [{"name": binding.queue, "arguments": binding.arguments, **kept} for binding in topology.BINDINGS],
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
                *((binding.exchange, binding.queue, binding.key) for binding in topology.BINDINGS),
                *((topology.REPLAY, queue, queue) for queue in topology.REPLAYED),
            ]
        ],
        "policies": [{"name": policy.name, "vhost": VHOST, **_make_policy(policy)} for policy in POLICIES],
        "parameters": [{"component": "vhost-limits", "name": "limits", "vhost": VHOST, "value": VHOST_LIMITS}],
    }


def make_configuration() -> str:
    """The limits in the format of rabbitmq.conf."""
    return "".join(f"{name} = {value}\n" for name, value in CONFIGURATION.items())


def make_advanced_configuration() -> str:
    """What rabbitmq.conf has no names for, in the format of advanced.config."""
    settings = ", ".join(f"{{{name}, {value}}}" for name, value in ADVANCED.items())
    return f"[{{rabbit, [{settings}]}}].\n"


def _make_policy(policy: Policy) -> dict[str, Any]:
    return {"pattern": policy.pattern, "definition": policy.definition, "apply-to": policy.apply_to, "priority": 0}
