"""The broker: whether it is there, works, and holds nothing that is stuck."""

import asyncio

from services.console.checks import alarms, clocks, drift, stamps
from services.console.checks.verdict import Check, bad, ok, warn
from services.console.queues import queue_lines, reading
from services.console.queues.queue_lines import QueueLine
from services.console.servers.broker import connect_broker
from services.console.servers.management import Denied, Management, open_management
from shared import clock
from shared.messaging import topology
from shared.messaging.stamp_proof import overwrites_stamps
from shared.settings.console import ManagementSettings


async def check_broker(settings: ManagementSettings) -> list[Check]:
    """Everything about the broker. Raises `Unavailable`, `SettingError`."""
    async with connect_broker(settings) as connection, open_management(settings) as management:
        properties = getattr(connection.transport.connection, "server_properties", {}) if connection.transport else {}
        found = [ok("broker", f"answers: RabbitMQ {properties.get('version', 'of an unknown version')}")]
        found.append(await stamps.check_stamps(overwrites_stamps(connection, topology.REPLAY)))
        if management is None:
            to_do = "set it to see rates, policies, permissions and alarms"
            found.append(warn("management", "ACE_RABBITMQ_MANAGEMENT_URL is not set: the rest was not checked", to_do))
            seen = queue_lines.summarize_queues(await reading.read_from_amqp(connection))
        else:
            found += await _check_management(management)
            seen = queue_lines.summarize_queues(await reading.read_statistics(management, connection))
    return [*found, *check_queues(seen)]


async def _check_management(management: Management) -> list[Check]:
    names = ("exchanges", "bindings", "policies", "user-limits", "vhost-limits")
    exchanges, bindings, policies, user_limits, vhost_limits = await asyncio.gather(
        *map(management.list_objects, names)
    )
    seen = drift.BrokerObjects(exchanges, await management.list_queues(), bindings, policies)
    return [
        *_check_nodes(await management.list_nodes()),
        *drift.check_topology(seen),
        *await _check_permissions(management),
        *drift.check_limits(user_limits, vhost_limits),
        clocks.check_clock("broker's clock", await management.read_clock(), clock.now(), precision=1.0),
    ]


async def _check_permissions(management: Management) -> list[Check]:
    """What the services' users may do. Only administrators see that, and an operator does not need to be one."""
    try:
        users, topics = await asyncio.gather(*map(management.list_objects, ("permissions", "topic-permissions")))
    except Denied:
        says = "not checked: the management interface shows them to administrators only"
        return [warn("permissions", says, "after a change of users, run acectl doctor as the administrator")]
    return drift.check_permissions(users, topics)


def _check_nodes(nodes: list[dict[str, object]]) -> list[Check]:
    """Alarms, and cluster nodes that are down or partitioned."""
    if wrong := [*alarms.list_alarms(nodes)]:
        return [bad("alarms", "; ".join(wrong), "free memory or disk, or bring the node back: publishers wait")]
    return [ok("alarms", f"none, {len(nodes)} {'node is' if len(nodes) == 1 else 'nodes are'} up")]


def check_queues(seen: list[QueueLine]) -> list[Check]:
    """Whether each queue is consumed and keeps up, and what its dead letters hold."""
    idle = [line.queue for line in seen if line.there and line.answers and not line.consumers]
    silent = [line.queue for line in seen if not line.answers]
    dead = {line.queue: line.dead for line in seen if line.dead}
    slow = ("waiting", "growing")
    waiting = [f"{line.queue}: {mark}" for line in seen for mark in line.marks if any(word in mark for word in slow)]
    back = [f"{line.queue}: {line.messages_dlx}" for line in seen if line.messages_dlx]
    found = []
    if silent:
        to_do = "look again; if it stays so, is a majority of the broker's nodes up?"
        found.append(bad("silent queues", f"no answer from {', '.join(silent)}", to_do))
    if idle:
        found.append(bad("consumers", f"nothing consumes {', '.join(idle)}", "start that service"))
    elif not silent:
        found.append(ok("consumers", "every queue has one"))
    if waiting:
        found.append(warn("queues", "; ".join(waiting), "acectl queues"))
    if back:
        found.append(bad("dead-lettering", f"held back: {', '.join(back)}", "is the queue's .dead there, not full?"))
    full = [
        f"{line.queue} is {line.dead_full:.0%} full" for line in seen if (line.dead_full or 0) >= queue_lines.NEARLY
    ]
    if full:
        says = ", ".join(full) + ": what no longer fits waits and is tried every ten minutes"
        found.append(bad("dead letters", says, "acectl dead list, then replay or discard"))
    elif dead:
        counts = ", ".join(f"{queue} {count:,}" for queue, count in dead.items())
        found.append(warn("dead letters", counts, "acectl dead list"))
    else:
        found.append(ok("dead letters", "none"))
    return found
