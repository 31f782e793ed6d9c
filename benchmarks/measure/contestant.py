"""A running system that is measured, in rounds."""

import itertools
import os
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.load.importers import EMAILS, Importer, write_records
from benchmarks.load.mail import MailServer, serve_mail
from benchmarks.load.people import Apply, Failed, apply_all, use_form, use_queues
from benchmarks.measure.processes import read_cpu
from benchmarks.measure.servers import ServerCounters, count_servers
from benchmarks.system import System, name_commit, run_system
from tests.support.database_counts import measure_documents, measure_oplog


@dataclass(frozen=True)
class Round:
    """The figures of one round, each for one application, but for seconds and load average."""

    contestant: str
    way: str
    applications: int
    seconds: float
    load_average: float
    cpu: dict[str, float]
    """Milliseconds by program."""
    counts: dict[str, float]


@dataclass
class Contestant:
    """A system with importers who have not applied yet."""

    name: str
    system: System
    mail: MailServer
    servers: ServerCounters
    ways: dict[str, Apply]
    start: Apply
    """Sends the first command alone."""
    importers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    applied: int = 0

    async def apply(self, way: str, count: int, people: int) -> None:
        """Lets so many importers apply, and waits until every application is completed."""
        importers = [Importer(next(self.importers)) for _ in range(count)]
        await apply_all(importers, self.ways[way], people)
        self.applied += count
        await self.servers.wait_until_completed(self.applied)
        if self.mail.count != EMAILS * self.applied:
            raise Failed(f"{self.mail.count} emails for {self.applied} applications")

    async def measure(self, way: str, count: int, people: int) -> Round:
        """Measures one round."""
        before = await self.servers.count()
        began, used = time.monotonic(), read_cpu(self.system.folder)
        await self.apply(way, count, people)
        cpu, seconds = read_cpu(self.system.folder) - used, time.monotonic() - began
        load_average = os.getloadavg()[0]
        counted = (await self.servers.count()).amounts - before.amounts
        counted += await measure_oplog(self.servers.database, before.oplog_end)
        documents = await measure_documents(self.servers.database, "ace")
        return Round(
            contestant=self.name,
            way=way,
            applications=count,
            seconds=round(seconds, 2),
            load_average=round(load_average, 2),
            cpu=share(cpu, count),
            counts=share(counted, count) | {"document bytes": round(documents)},
        )


def share(amounts: Counter[str], count: int) -> dict[str, float]:
    """The amounts for one of so many."""
    return {name: round(amount / count, 3) for name, amount in sorted(amounts.items())}


@asynccontextmanager
async def run_contestant(
    checkout: Path, folder: Path, importers: int, cores: str = "", **told: str
) -> AsyncIterator[Contestant]:
    """Starts a checkout's system with so many importers, and stops it after the block."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    records = folder.parent / f"{folder.name}.csv"
    write_records(records, importers)
    async with serve_mail() as mail:
        told |= {"ACE_SMTP_URL": mail.url, "ACE_IMPORTERS": str(records)}
        async with (
            run_system(checkout, folder, told, cores) as system,
            count_servers(
                system.places["Broker"], system.places["Broker management"], system.places["Database"]
            ) as servers,
            use_queues(system.gateway_broker_url, system.read_secret("keys.env", "ACE_KEYS_COMMANDS"), mail) as (
                by_queues,
                start,
            ),
        ):
            ways = {"form": use_form(system.places["Form"].rstrip("/"), mail), "queues": by_queues}
            yield Contestant(name_commit(checkout), system, mail, servers, ways, start)
