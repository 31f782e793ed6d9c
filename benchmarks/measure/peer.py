"""Another task queue that does the same work, on the same servers as our system."""

import asyncio
import os
import time
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.load.mail import MailServer
from benchmarks.measure.contestant import Contestant, Round, share
from benchmarks.measure.processes import read_cpu, read_trees

PEERS = Path("benchmarks/peers").absolute()
PYTHON = PEERS / ".venv/bin"
SERVERS = ("rabbitmq", "mongod")
HOPS = 20
"""Messages of a chain in which each only writes one document and publishes the next."""

DONE_WITHIN = 300.0
STOPS_WITHIN = 20.0


@dataclass
class Peer:
    """A contestant's workers, which keep running between rounds."""

    name: str
    host: Contestant
    environment: dict[str, str]
    worker: Process

    async def measure(self, way: str, count: int, number: int) -> Round:
        """Measures one round: whole applications, or chains of messages alone (per message)."""
        step, detail, units = ("start", "", count) if way == "applications" else ("hop", str(HOPS - 1), count * HOPS)
        collection, query = ("applications", {"state": "completed"}) if step == "start" else ("hops", {})
        before = await self._count(collection, query)
        began, used = time.monotonic(), self._read_cpu()
        await self._start(step, count, detail, f"{way[0]}{number}")
        async with asyncio.timeout(DONE_WITHIN):
            while await self._count(collection, query) < before + units:  # noqa: ASYNC110  # others do the work
                await asyncio.sleep(0.25)
        cpu, seconds = self._read_cpu() - used, time.monotonic() - began
        load_average = round(os.getloadavg()[0], 2)
        return Round(self.name, way, units, round(seconds, 2), load_average, share(cpu, units), {})

    async def _start(self, step: str, count: int, detail: str, prefix: str) -> None:
        environment = {**self.environment, "BENCH_ROUND": prefix}
        process = await start_script(self.name, environment, "start", step, str(count), detail)
        if await process.wait():
            raise RuntimeError(f"{self.name} cannot publish")

    async def _count(self, collection: str, query: dict[str, Any]) -> int:
        return await self.host.servers.database[f"peer-{self.name}"][collection].count_documents(query)

    def _read_cpu(self) -> Counter[str]:
        servers = read_cpu(self.host.system.folder)
        workers = read_trees([self.worker.pid])[self.worker.pid]
        return Counter({"workers": workers, **{name: servers[name] for name in SERVERS}})


async def start_script(name: str, environment: dict[str, str], *arguments: str) -> Process:
    """Starts a contestant's file."""
    paths = {"PATH": f"{PYTHON}:{os.environ['PATH']}", "PYTHONPATH": str(PEERS)}
    return await asyncio.create_subprocess_exec(
        PYTHON / "python", f"{name}.py", *arguments, cwd=PEERS, env={**os.environ, **environment, **paths}
    )


@asynccontextmanager
async def run_peer(name: str, host: Contestant, mail: MailServer) -> AsyncIterator[Peer]:
    """Runs a contestant's workers during the block, with the servers of a system and a mail server of the peers'."""
    environment = {
        "BENCH_BROKER": host.system.places["Broker"],
        "BENCH_DATABASE": host.system.places["Database"],
        "BENCH_NAME": f"peer-{name}",
        "BENCH_SMTP_PORT": str(mail.port),
    }
    worker = await start_script(name, environment, "work")
    try:
        yield Peer(name, host, environment, worker)
    finally:
        worker.terminate()
        async with asyncio.timeout(STOPS_WITHIN):
            await worker.wait()
