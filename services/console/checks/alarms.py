"""Alarms of the broker's nodes: while one holds, no node takes messages."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def list_alarms(nodes: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What is wrong with each node, a sentence each: alarms, or that it is down or partitioned."""
    for node in nodes:
        name = node.get("name")
        if not node.get("running", True):
            yield f"{name} is down"
        if node.get("mem_alarm"):
            yield f"{name} is short of memory and takes no messages"
        if node.get("disk_free_alarm"):
            yield f"{name} is short of disk and takes no messages"
        if node.get("partitions"):
            yield f"{name} is partitioned from {node['partitions']}"
