"""The broker: whether it is there, works, and holds nothing that is stuck."""

import asyncio
from collections.abc import Callable

from services.console.checks import alarms, clocks, drift, form, keys, stamps, starting
from services.console.checks.processes import Process, compare_commits, parse_ring, read_processes
from services.console.checks.verdict import Check, bad, ok, warn
from services.console.queues import queue_lines, reading
from services.console.queues.idle import list_idle
from services.console.queues.queue_lines import QueueLine
from services.console.queues.queue_statistics import QueueStatistics
from services.console.servers.broker import connect_broker
from services.console.servers.management import Denied, Management, open_management
from shared import clock
from shared.messaging import topology
from shared.messaging.amqp import read_user
from shared.messaging.stamp_proof import overwrites_stamps
from shared.settings.loading import describe_key_rings
from shared.settings.processes import Settings


async def check_broker(settings: Settings) -> list[Check]:
    """Everything about the broker. Raises `Unavailable`, `SettingError`."""
    async with connect_broker(settings) as connection, open_management(settings) as management:
        properties = getattr(connection.transport.connection, "server_properties", {}) if connection.transport else {}
        found = [ok("broker", f"answers: RabbitMQ {properties.get('version', 'of an unknown version')}")]
        found.append(await _check_stamps(settings))
        if management is None:
            to_do = "set it to see rates, policies, permissions and alarms"
            found.append(warn("management", "ACE_RABBITMQ_MANAGEMENT_URL is not set: the rest was not checked", to_do))
            seen = queue_lines.summarize_queues(await reading.read_from_amqp(connection))
        else:
            found += await _check_management(management)
            found.append(await _check_form(management, settings))
            found += await _check_processes(management, settings)
            seen = queue_lines.summarize_queues(await reading.read_statistics(management, connection))
    return [*found, *check_queues(seen, starting.find_starter(settings))]


async def _check_stamps(settings: Settings) -> Check:
    """Proves the stamps on a connection of its own: an alarm blocks the one that publishes."""
    async with connect_broker(settings) as connection:
        proof = overwrites_stamps(connection, topology.REPLAY)
        return await stamps.check_stamps(asyncio.wait_for(proof, stamps.WITHIN))


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


async def _check_form(management: Management, settings: Settings) -> Check:
    processes = form.count_form_processes(await management.list_queues(), read_user(settings.need("rabbitmq_url")))
    return form.check_form(processes, starting.find_starter(settings))


async def _check_processes(management: Management, settings: Settings) -> list[Check]:
    """Whether all processes hold the same keys, this one included, and those of a service run the same commit."""
    reported = await management.list_objects("connections")
    seen = read_processes(reported, read_user(settings.need("rabbitmq_url")))
    if not seen:
        return keys.compare_keys([])
    own = Process("acectl", {purpose: parse_ring(ring) for purpose, ring in describe_key_rings(settings).items()})
    return [*keys.compare_keys([*seen, own]), compare_commits(seen)]


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


def check_queues(seen: list[QueueLine], start: Callable[[str], str]) -> list[Check]:
    """Whether each queue is consumed and keeps up, and what its dead letters hold."""
    answering = {
        line.queue: QueueStatistics(line.ready, line.consumers) for line in seen if line.there and line.answers
    }
    silent = [line.queue for line in seen if not line.answers]
    found = []
    if silent:
        found.append(bad("silent queues", f"no answer from {', '.join(silent)}", "bring most of the broker's nodes up"))
    for idle in list_idle(answering):
        found.append(bad("consumers", str(idle), start(idle.program)))
    if not silent and not found:
        found.append(ok("consumers", "every queue has one"))
    if growing := [line for line in seen if (line.growth or 0) >= 1 and line.empty_in_s is None and line.consumers]:
        says = ", ".join(f"{line.queue} by {line.growth:.0f} messages a second" for line in growing)
        programs = dict.fromkeys(
            queue.program for queue in topology.WORK_QUEUES if queue.name in {line.queue for line in growing}
        )
        found.append(warn("growing queues", says, f"start more processes of {', '.join(programs)}"))
    if back := [f"{line.queue} {line.messages_dlx:,}" for line in seen if line.messages_dlx]:
        to_do = "acectl topology apply; if that queue is full, replay or discard"
        found.append(bad("dead-lettering", f"held back, as their .dead is gone or full: {', '.join(back)}", to_do))
    return [*found, _check_dead(seen)]


def _check_dead(seen: list[QueueLine]) -> Check:
    full = [line for line in seen if (line.dead_full or 0) >= queue_lines.NEARLY]
    if full:
        says = ", ".join(f"{line.queue} is {line.dead_full:.0%} full" for line in full)
        says += ": what no longer fits waits and is tried every ten minutes"
        return bad("dead letters", says, "acectl dead list, then replay or discard")
    if dead := [f"{line.queue} {line.dead:,}" for line in seen if line.dead]:
        return warn("dead letters", ", ".join(dead), "acectl dead list")
    return ok("dead letters", "none")
