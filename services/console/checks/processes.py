"""The processes of our services that are connected to the broker, and the commits that they run.

The broker vouches for the user of a connection, the process for what it says about itself. Pure: no server, no clock.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.console.checks.verdict import Check, ok, warn
from shared.messaging.connection_properties import COMMIT, KEYS
from shared.messaging.permissions import PERMISSIONS

NAME = "versions"

Ring = Mapping[str, str]
"""A ring's fingerprints by key id, the current key first."""

UNKNOWN = "unknown"
"""What a process says that was not told its commit (`ACE_COMMIT`)."""

LONGEST = 40
"""Characters of a commit."""


@dataclass(frozen=True)
class Process:
    """A process, and what it reports."""

    program: str
    rings: Mapping[str, Ring]
    """Its key rings by purpose."""
    since: datetime | None = None
    """When it connected."""
    address: str = ""
    """The host that it connects from, as the broker sees it."""
    commit: str = UNKNOWN


def read_processes(connections: Iterable[Mapping[str, Any]], own_user: str) -> list[Process]:
    """The processes of our own services that report their keys.

    Other users are other authors' gateways; their word could raise a false alarm. Where no service has a user of its
    own, all connect as the operator does, and name themselves.
    """
    found = []
    for connection in connections:
        properties, user = connection.get("client_properties") or {}, connection.get("user")
        program = properties.get("connection_name") if user == own_user else user
        reported = properties.get(KEYS)
        if program in PERMISSIONS and isinstance(reported, Mapping):
            rings = {str(purpose): parse_ring(str(ring)) for purpose, ring in reported.items()}
            since = _read_time(connection.get("connected_at"))
            address, commit = str(connection.get("peer_host") or ""), str(properties.get(COMMIT) or UNKNOWN)
            found.append(Process(str(program), rings, since, address, commit[:LONGEST]))
    return found


def _read_time(milliseconds: object) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if isinstance(milliseconds, int) else None


def parse_ring(text: str) -> Ring:
    """Reads ``k2=1f0e9a77,k1=c0ffee00``."""
    pairs = (entry.partition("=") for entry in text.split(",") if entry)
    return {id: fingerprint for id, _, fingerprint in pairs}


def compare_commits(processes: Iterable[Process]) -> Check:
    """Whether all processes of a service run the same commit. A restart one by one makes them differ for a while."""
    commits: dict[str, dict[str, None]] = {}
    for process in processes:
        commits.setdefault(process.program, {})[process.commit] = None
    different = [f"{program} runs {' and '.join(found)}" for program, found in commits.items() if len(found) > 1]
    if different:
        to_do = "normal while processes restart one by one; otherwise restart those that run an old one"
        return warn(NAME, "; ".join(different), to_do)
    shown = dict.fromkeys(commit for found in commits.values() for commit in found)
    return ok(NAME, f"one for all processes of each service: {', '.join(shown)}")
