"""The whole system as processes: servers, proxies in front of them, services, and a supervisor."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from yarl import URL

from shared.settings.processes import Settings
from tests.chaos.injection.proxy import Proxy
from tests.chaos.processes.process import Process
from tests.support.mail_sink import MailSink
from tests.support.waiting import until

RESTARTS_AFTER = 0.5
"""Seconds after which a dead process is restarted, as a supervisor does."""

IMPERSONATOR = "chaos"
"""A broker user that may publish in anybody's name, so moved messages look untouched."""

TAP = "chaos.tap"
"""A queue that receives a copy of everything, to search for personal data."""


@dataclass(frozen=True)
class Addresses:
    """Where the servers are."""

    rabbitmq_url: str
    management_url: str
    mongodb_url: str
    amqp_ports: tuple[int, ...] = ()
    """Ports of a cluster's nodes; if empty, the port in `rabbitmq_url`."""


@dataclass
class System:
    """Everything that runs."""

    folder: Path
    servers: Addresses
    settings: Settings
    sink: MailSink
    broker: Proxy
    database: Proxy
    mail: Proxy
    processes: list[Process] = field(default_factory=list)
    found_dead: int = 0

    @property
    def address(self) -> str:
        """The form's address."""
        return f"http://127.0.0.1:{self.settings.gateway_port}"

    @property
    def vhost(self) -> str:
        return URL(self.servers.rabbitmq_url).path.lstrip("/") or "/"

    def of(self, *kinds: str) -> list[Process]:
        """The processes of these services."""
        return [process for process in self.processes if process.kind in kinds]

    async def ready(self, within: float = 90) -> None:
        """Returns once every process says that it is ready."""
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:

            async def all_ready() -> bool:
                for url in {process.service.readiness_url for process in self.processes}:
                    try:
                        if (await client.get(url)).status_code != 200:
                            return False
                    except httpx.TransportError:
                        return False
                return True

            await until(all_ready, within)

    async def supervise(self) -> None:
        """Keeps restarting what has died."""
        while True:
            await asyncio.sleep(RESTARTS_AFTER)
            for process in self.processes:
                if process.running and not process.running.alive and not process.kept_down:
                    self.found_dead += 1
                    process.start()

    def logs(self) -> Iterator[Path]:
        """Every log file there is."""
        yield from sorted(self.folder.rglob("*.log"))

    def stop(self) -> None:
        """Stops the services in order."""
        for process in self.processes:
            if process.running:
                process.kept_down = True
                process.running.terminate()
        for process in self.processes:
            if process.running:
                process.running.stop(patience=25)
