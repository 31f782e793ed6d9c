"""The CPU time of a system's programs, each with its children."""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from deploy.local.processes.supervisorctl import Supervisorctl

TICK = 1000 / os.sysconf("SC_CLK_TCK")
"""Milliseconds."""

NUMBERED = re.compile(r"-\d+$")
"""What tells the processes of one service apart."""


def read_cpu(folder: Path) -> Counter[str]:
    """Milliseconds that each program of the system in this folder has used, by its name."""
    programs = Supervisorctl(folder).list_processes()
    trees = read_trees(programs.values())
    taken: Counter[str] = Counter()
    for name, pid in programs.items():
        taken[NUMBERED.sub("", name)] += trees[pid]
    return taken


def read_trees(pids: Iterable[int]) -> dict[int, int]:
    """Milliseconds that each of these processes has used, with its children."""
    children: dict[int, list[int]] = defaultdict(list)
    used: dict[int, float] = {}
    for pid, parent, milliseconds in _read_all():
        children[parent].append(pid)
        used[pid] = milliseconds
    return {pid: round(_sum_tree(pid, children, used)) for pid in pids}


def _read_all() -> Iterator[tuple[int, int, float]]:
    """Each process's id, its parent's, and what it and its ended children used."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            with suppress(OSError):  # it ended meanwhile
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
                yield int(folder.name), int(fields[1]), TICK * sum(map(int, fields[11:15]))


def _sum_tree(pid: int, children: Mapping[int, list[int]], used: Mapping[int, float]) -> float:
    return used.get(pid, 0.0) + sum(_sum_tree(child, children, used) for child in children.get(pid, []))
