"""How a broker differs from the topology: what is missing, different or extra."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from services.console.checks.verdict import Check, bad, ok, warn
from shared.messaging import broker_admin
from shared.messaging.broker_limits import USER_LIMITS, VHOST_LIMITS
from shared.messaging.permissions import PERMISSIONS, REPLIES
from shared.messaging.topology import REPLAY

REPAIR = "acectl topology apply; if refused (406), first stop the services, then drain and delete the queue"
MOST = 5
"""Differences to name; any others are only counted."""

Found = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class BrokerObjects:
    """What the management interface lists."""

    exchanges: Found
    queues: Found
    bindings: Found
    policies: Found


def check_topology(seen: BrokerObjects) -> list[Check]:
    """Compares exchanges, queues, bindings and policies with `shared/messaging/topology.py`."""
    wrong, overruled, extra = [*_find_differences(seen)], [*_find_overruled(seen)], [*_find_extra(seen)]
    checks = [bad("topology", _join(wrong), REPAIR)] if wrong else []
    if overruled:
        checks.append(bad("policies", _join(overruled), "delete that policy: acectl topology apply leaves it alone"))
    if left := broker_admin.find_left_behind([*seen.queues, *seen.exchanges]):
        to_do = "acectl topology apply deletes it; then find out who uses that gateway's password"
        checks.append(bad("left behind", f"by a gateway's user: {_join(left)}", to_do))
    if extra:
        says = f"extra: {_join(extra)}"
        checks.append(warn("topology", says, "delete whatever is unused: it takes copies or space"))
    return checks or [ok("topology", "exchanges, queues, bindings and policies are as they should be")]


def _find_differences(seen: BrokerObjects) -> Iterator[str]:
    wanted = broker_admin.make_definitions()
    exchanges = {found["name"]: found for found in seen.exchanges}
    queues = {found["name"]: found for found in seen.queues}
    for exchange in wanted["exchanges"]:
        yield from _compare("exchange", exchange["name"], exchange, exchanges, ("type", "durable"))
    for queue in wanted["queues"]:
        yield from _compare("queue", queue["name"], queue, queues, ("durable", "arguments"))
    bound = {_read_route(binding) for binding in seen.bindings}
    for binding in wanted["bindings"]:
        if _read_route(binding) not in bound:
            yield f"{binding['source']} does not feed {binding['destination']}"
    policies = {found["name"]: found for found in seen.policies}
    for policy in wanted["policies"]:
        yield from _compare(
            "policy", policy["name"], policy, policies, ("pattern", "definition", "priority", "apply-to")
        )


def _find_overruled(seen: BrokerObjects) -> Iterator[str]:
    """Queues governed by somebody else's policy: only the policy with the highest priority applies."""
    policies = broker_admin.make_definitions()["policies"]
    ours = {policy["name"] for policy in policies}
    for queue in seen.queues:
        in_force = queue.get("policy")
        for policy in policies:
            if re.search(policy["pattern"], queue["name"]) and in_force and in_force not in ours:
                yield f"queue {queue['name']} is governed by the policy {in_force}, not {policy['name']}"


def _compare(
    what: str, name: str, wanted: Mapping[str, Any], there: Mapping[str, Mapping[str, Any]], parts: Iterable[str]
) -> Iterator[str]:
    if name not in there:
        yield f"{what} {name} is missing"
        return
    for part in parts:
        if wanted[part] != there[name].get(part):
            yield f"{what} {name} has a different {part.rstrip('s')}"


def _find_extra(seen: BrokerObjects) -> Iterator[str]:
    wanted = broker_admin.make_definitions()
    ours = {exchange["name"] for exchange in wanted["exchanges"]}
    queues = {queue["name"] for queue in wanted["queues"]}
    bound = {_read_route(binding) for binding in wanted["bindings"]}
    for exchange in seen.exchanges:
        if exchange["name"] and exchange["name"] not in ours and not exchange["name"].startswith(("amq.", REPLIES)):
            yield f"exchange {exchange['name']}"
    for queue in seen.queues:
        if queue["name"] not in queues and not queue["name"].startswith(REPLIES):
            yield f"queue {queue['name']}"
    for binding in seen.bindings:
        if binding["source"] in ours and _read_route(binding) not in bound:
            yield f"{binding['source']} also feeds {binding['destination']}"


def _read_route(binding: Mapping[str, Any]) -> tuple[str, str, str]:
    return binding["source"], binding["destination"], binding["routing_key"]


def check_limits(users: Found, vhosts: Found) -> list[Check]:
    """Says which limits of users and of the virtual host are not set. Another number than ours is an operator's."""
    limited = {found["user"]: found["value"] for found in users}
    missing = [
        f"{name} of {user}" for user in PERMISSIONS for name in USER_LIMITS.keys() - limited.get(user, {}).keys()
    ]
    there = {name for found in vhosts for name in found["value"]}
    missing += [f"{name} of the virtual host" for name in VHOST_LIMITS.keys() - there]
    if missing:
        return [
            warn(
                "limits",
                f"not set: {_join(sorted(missing))}",
                "acectl topology apply, with ACE_BROKER_PASSWORD_<SERVICE>",
            )
        ]
    return [ok("limits", "connections, channels and queues are limited")]


def check_permissions(users: Found, topics: Found) -> list[Check]:
    """Compares what each broker user may do with `PERMISSIONS`."""
    granted = {found["user"]: (found["configure"], found["write"], found["read"]) for found in users}
    by_topic = {(found["user"], found["exchange"]): found["write"] for found in topics}
    wrong, missing = [], []
    for user, permission in PERMISSIONS.items():
        if user not in granted:
            missing.append(user)
        elif granted[user] != (permission.configure, permission.write, permission.read):
            wrong.append(f"{user} has the wrong permissions")
        elif any(by_topic.get((user, exchange)) != keys for exchange, keys in permission.keys.items()):
            wrong.append(f"{user} has the wrong routing keys")
    if wrong:
        return [bad("permissions", _join(wrong), "acectl topology apply, with ACE_BROKER_PASSWORD_<SERVICE>")]
    operators = [user for user, (_, write, _) in granted.items() if user not in PERMISSIONS and _matches(write, REPLAY)]
    others = f"; may replay dead letters: {', '.join(sorted(operators)) or 'nobody'}"
    if missing:
        to_do = "set ACE_BROKER_PASSWORD_<SERVICE> and acectl topology apply; then let each service use its own"
        return [warn("permissions", f"no broker user for {', '.join(missing)}{others}", to_do)]
    return [ok("permissions", f"each service's user can do its work and nothing else{others}")]


def _matches(pattern: str, name: str) -> bool:
    try:
        return bool(re.search(pattern, name))
    except re.error:
        return False


def _join(differences: list[str]) -> str:
    more = f", and {len(differences) - MOST} more" if len(differences) > MOST else ""
    return ", ".join(differences[:MOST]) + more
