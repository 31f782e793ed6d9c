"""People who arrive at a rate, however long others wait, and how long each waits for the code's email."""

import asyncio
import re
import statistics
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from benchmarks.load.importers import Importer
from benchmarks.load.mail import MailServer
from benchmarks.load.people import Apply
from tests.support.database_counts import Client

REFERENCE = re.compile(rb"ACE-[0-9A-Z]{4}-[0-9A-Z]{4}")
WITHIN = 900.0
"""Seconds in which everybody is served, even after an overload."""


@dataclass
class Arrivals:
    """Waits in seconds, measured at the mail server."""

    since_start: list[float] = field(default_factory=list)
    """From the moment a person sends page 1."""
    since_issue: list[float] = field(default_factory=list)
    """From the moment the code was issued."""


async def arrive(
    importers: Iterable[Importer], apply: Apply, rate: float, mail: MailServer, database: Client
) -> Arrivals:
    """Lets so many importers a second arrive. Raises what the first failure raised."""
    began: dict[Importer, float] = {}
    start = time.time()
    async with asyncio.timeout(WITHIN), asyncio.TaskGroup() as group:
        for number, importer in enumerate(importers):
            await asyncio.sleep(max(0.0, start + number / rate - time.time()))
            began[importer] = time.time()
            group.create_task(apply(importer))
    issued = await _read_issue_times(database)
    waits = Arrivals()
    for importer, at in began.items():
        email, arrived = mail.find_first(importer.contact)
        waits.since_start.append(arrived - at)
        reference = REFERENCE.search(email)
        if reference and (moment := issued.get(reference[0].decode())):
            waits.since_issue.append(arrived - moment)
    return waits


async def _read_issue_times(database: Client) -> dict[str, float]:
    """When each application's code was issued, by reference."""
    times = {}
    async for document in database["ace"]["applications"].find({}, {"reference": 1, "history": 1}):
        for entry in document["history"]:
            if entry["state"] == "awaiting-code":
                times[document["reference"]] = entry["at"].timestamp()
    return times


def describe(waits: list[float]) -> str:
    """Median and 95th percentile."""
    if len(waits) < 2:
        return "not measured"
    return (
        f"median {1000 * statistics.median(waits):,.0f} ms, p95 {1000 * statistics.quantiles(waits, n=20)[-1]:,.0f} ms"
    )
