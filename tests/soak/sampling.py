"""What a system's processes use: memory, open files, connections, channels, queued messages."""

import asyncio
import csv
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from pymongo import AsyncMongoClient
from yarl import URL

from deploy.local.processes.supervisorctl import Supervisorctl
from shared.settings import loading
from shared.settings.processes import Settings

EVERY = 10.0
"""Seconds between samples."""


@dataclass(frozen=True)
class Sample:
    """A measurement of a process or server at one moment."""

    seconds: float
    """Seconds since the start."""
    what: str
    """``memory`` in MB (anonymous, not mapped from files), ``files``, ``messages``..."""
    of: str
    value: float


class Sampler:
    """Samples a system every ten seconds."""

    def __init__(self, folder: Path, file: Path) -> None:
        """Samples the system in this folder. Appends each sample to a CSV file, as a long run may be interrupted."""
        self._file = file
        self._file.write_text("seconds,what,of,value\n")
        self.samples: list[Sample] = []
        self.pids: dict[str, set[int]] = {}
        """Each program's process ids. More than one means that it was restarted."""
        self._control = Supervisorctl(folder)
        self._known = loading.load(Settings, folder / "acectl.env")
        self._began = time.monotonic()

    async def watch(self) -> None:
        """Keeps taking samples."""
        async with (
            _management(self._known) as management,
            AsyncMongoClient[dict[str, Any]](self._known.need("mongodb_url")) as database,
        ):
            while True:
                await self._take(management, database)
                await asyncio.sleep(EVERY)

    async def _take(self, management: httpx.AsyncClient, database: "AsyncMongoClient[dict[str, Any]]") -> None:
        for name, pid in self._control.list_processes().items():
            self.pids.setdefault(name, set()).add(pid)
            self._note("memory", name, _memory(pid))
            self._note("files", name, _open_files(pid))
        for queue in (await management.get("queues")).json():
            if not queue.get("exclusive"):
                self._note("messages", queue["name"], queue.get("messages", 0))
        for what in ("connections", "channels"):
            self._note(what, "rabbitmq", len((await management.get(what)).json()))
        status = await database.admin.command("serverStatus")
        self._note("connections", "mongod", status["connections"]["current"])

    def _note(self, what: str, of: str, value: float) -> None:
        sample = Sample(round(time.monotonic() - self._began, 1), what, of, value)
        self.samples.append(sample)
        with self._file.open("a", newline="") as opened:
            csv.writer(opened).writerow((sample.seconds, sample.what, sample.of, sample.value))


def _management(known: Settings) -> httpx.AsyncClient:
    broker = URL(known.need("rabbitmq_url"))
    return httpx.AsyncClient(
        base_url=f"{known.need('rabbitmq_management_url').rstrip('/')}/api/",
        auth=(broker.user or "", broker.password or ""),
        timeout=30,
        trust_env=False,
    )


def _memory(pid: int) -> float:
    """A process's own memory in MB, without its share of mapped files, which grows when other processes end."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss_Anon:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no Pss_Anon in smaps_rollup")


def _open_files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
