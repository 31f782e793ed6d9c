"""Whether all processes hold the same keys: each reports fingerprints of its rings with its connection to the broker.

The broker vouches for the user of a connection, the process for its fingerprints. Pure: no server, no clock.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from services.console.checks.verdict import Check, bad, ok, warn
from shared.messaging.connection_properties import KEYS
from shared.messaging.permissions import PERMISSIONS
from shared.settings.groups import PREFIX

NAME = "keys"
Ring = Mapping[str, str]
"""A ring's fingerprints by key id, the current key first."""


@dataclass(frozen=True)
class Process:
    """A process, and the key rings that it reports, by purpose."""

    program: str
    rings: Mapping[str, Ring]
    since: datetime | None = None
    """When it connected."""
    address: str = ""
    """The host that it connects from, as the broker sees it."""


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
            found.append(Process(str(program), rings, since, str(connection.get("peer_host") or "")))
    return found


def _read_time(milliseconds: object) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if isinstance(milliseconds, int) else None


def parse_ring(text: str) -> Ring:
    """Reads ``k2=1f0e9a77,k1=c0ffee00``."""
    pairs = (entry.partition("=") for entry in text.split(",") if entry)
    return {id: fingerprint for id, _, fingerprint in pairs}


def compare_keys(processes: Iterable[Process]) -> list[Check]:
    """One finding for each difference, whatever the number of processes that it is between."""
    seen = [*processes]
    if not seen:
        return [warn(NAME, "no process reports its keys: not compared", "start the services, then look again")]
    found = dict.fromkeys(each for purpose in _list_purposes(seen) for each in _compare_rings(purpose, seen))
    programs = ", ".join(dict.fromkeys(process.program for process in seen))
    if not found:
        return [ok(NAME, f"the same wherever they have to be: {programs}")]
    return [bad(NAME, says, to_do) for says, to_do in found]


def _list_purposes(processes: Iterable[Process]) -> list[str]:
    return [*dict.fromkeys(purpose for process in processes for purpose in process.rings)]


def _compare_rings(purpose: str, processes: Iterable[Process]) -> Iterator[tuple[str, str]]:
    """What is different, and what to do about it."""
    setting = f"{PREFIX}KEYS_{purpose.upper()}"
    holders: dict[tuple[str, str], list[str]] = {}
    for process in processes:
        for id, fingerprint in process.rings.get(purpose, {}).items():
            holders.setdefault((id, fingerprint), []).append(process.program)
    for id in dict.fromkeys(id for id, _ in holders):
        sides = [sorted(set(programs)) for (other, _), programs in holders.items() if other == id]
        if len(sides) > 1:
            between = " than ".join(" and ".join(side) for side in sides)
            yield (
                f"key {id} of {setting} is another one at {between}",
                f"give all of them the same {setting}, and restart them",
            )
    for id in dict.fromkeys(next(iter(process.rings[purpose])) for process in processes if process.rings.get(purpose)):
        lacking = {each.program for each in processes if each.rings.get(purpose) and id not in each.rings[purpose]}
        if lacking:
            users = {each.program for each in processes if next(iter(each.rings.get(purpose, {})), None) == id}
            says = f"{_join(lacking)} cannot open what {_join(users)} seals: no key {id} in {setting}"
            yield says, f"add key {id} to {setting} of {_join(lacking)}, and restart it"


def _join(programs: Iterable[str]) -> str:
    return " and ".join(sorted(programs))
