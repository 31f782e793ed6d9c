"""Whether all processes hold the same keys: each reports fingerprints of its rings with its connection to the broker.

Pure: no server, no clock.
"""

from collections.abc import Iterable, Iterator, Sequence

from services.console.checks.processes import Process
from services.console.checks.verdict import Check, bad, ok, warn
from shared.settings.groups import PREFIX

NAME = "keys"


def compare_keys(processes: Iterable[Process]) -> list[Check]:
    """One finding for each difference, whatever the number of processes that it is between."""
    seen = [*processes]
    if not seen:
        return [warn(NAME, "no process reports its keys: not compared", "start the services, then look again")]
    found = list_differences(seen)
    programs = ", ".join(dict.fromkeys(process.program for process in seen))
    if not found:
        return [ok(NAME, f"the same wherever they have to be: {programs}")]
    return [bad(NAME, says, to_do) for says, to_do in found]


def list_differences(processes: Sequence[Process]) -> list[tuple[str, str]]:
    """What is different, and what to do about it: each once, whatever the number of processes that it is between."""
    return [
        *dict.fromkeys(each for purpose in _list_purposes(processes) for each in _compare_rings(purpose, processes))
    ]


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
