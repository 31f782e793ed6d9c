"""The whole system as processes: servers, proxies in front of them, services, and a supervisor."""

import asyncio
import re
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

import httpx
from yarl import URL

from deploy.local.services import Service, Surroundings, gateway, workers
from embedded_servers import ports
from embedded_servers.program import Program
from shared.messaging.broker_admin import administer, declare
from shared.messaging.topology import PERMISSIONS, WORKERS
from shared.security.keys import new_environment
from shared.settings.processes import Settings
from tests.chaos.injection.proxy import Proxy, proxy
from tests.chaos.processes.forker import Child, Forker
from tests.support.mail_sink import MailSink, mail_sink
from tests.support.records import opened
from tests.support.settings import settings_with_keys
from tests.support.waiting import until

RESTARTS_AFTER = 0.5
"""Seconds after which a dead process is restarted, as a supervisor does."""

IMPERSONATOR = "chaos"
"""A broker user that may publish in anybody's name, so moved messages look untouched."""

TAP = "chaos.tap"
"""A queue that receives a copy of everything, to search for personal data."""

HURRIED = {"pattern": r"^ace\.retry\.(30|120|600)s$", "definition": {"message-ttl": 10_000}, "apply-to": "queues"}
"""An operator's policy: no retry waits longer than ten seconds. Otherwise the suite would take hours."""


@dataclass
class Process:
    """One process of a service, and how it is started."""

    name: str
    service: Service
    log: Path
    forker: Forker
    running: Child | None = None
    arguments: Iterator[tuple[str, ...]] | None = None
    """For `tests.chaos.injection.crashing`, the next arguments at each start; None runs the service unchanged."""
    later: float = 0.0
    """Seconds by which its clock is ahead for good: skipped time does not come back."""
    starts: int = 0
    kept_down: bool = False

    def start(self) -> None:
        """Starts it and appends its output to its log."""
        program = self.service.program
        arguments = next(self.arguments) if self.arguments else ()
        if self.later:
            arguments = (*arguments, "--later", str(self.later))
        _, _, module, *own = program.command
        self.running = self.forker.start(module, [*own, *arguments], program.environment, self.log)
        self.starts += 1

    @property
    def kind(self) -> str:
        """The service."""
        return re.sub(r"-\d+$", "", self.name)

    def kill(self) -> None:
        """Kills it with SIGKILL; the supervisor restarts it."""
        if self.running:
            self.running.kill()


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


@asynccontextmanager
async def running_system(
    folder: Path, servers: Addresses, each: int, *, own_users: bool = True
) -> AsyncIterator[System]:
    """Runs the system during the block, with this many processes of each service.

    `own_users`: each service logs in as its own user, as in production. Users belong to the whole broker.
    """
    async with AsyncExitStack() as stack:
        sink = await stack.enter_async_context(mail_sink())
        broker_url, database_url = URL(servers.rabbitmq_url), servers.mongodb_url
        nodes = servers.amqp_ports or (int(broker_url.port or 5672),)
        broker = await stack.enter_async_context(proxy(*((str(broker_url.host), port) for port in nodes)))
        hosts = database_url.split("//")[1].split("/")[0].split(",")
        members = [(host, int(port)) for host, port in (host.split(":") for host in hosts)]
        database = await stack.enter_async_context(proxy(*members))
        if len(members) == 1:  # several members announce themselves to the driver and bypass any proxy
            database_url = database_url.replace(hosts[0], f"127.0.0.1:{database.own_port}")
        mail = await stack.enter_async_context(proxy(("127.0.0.1", sink.port)))
        keys = new_environment()
        passwords = {user: secrets.token_hex(8) for user in PERMISSIONS} if own_users else {}
        await declare(servers.rabbitmq_url)
        await administer(servers.management_url, servers.rabbitmq_url, passwords)
        await _prepare(servers)
        name = f"chaos-{uuid4().hex[:8]}"
        settings = _settings(folder, servers, keys, name, each)
        surroundings = Surroundings(
            broker_url=str(broker_url.with_port(broker.own_port)),
            management_url=None,
            database_url=database_url,
            mail_url=f"smtp://127.0.0.1:{mail.own_port}",
            keys=keys,
            broker_passwords=passwords,
        )
        logs = folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        forker = stack.enter_context(Forker(logs / "forker.log"))
        found = System(folder, servers, settings, sink, broker, database, mail)
        told = {
            "ACE_MONGODB_DATABASE": name,
            "ACE_CHALLENGE": "off",
            "ACE_GATEWAY_PORT": str(settings.gateway_port),
            "ACE_DATA_DIR": str(folder),
        }
        for service in (
            *workers(settings, surroundings, sys.executable),
            *gateway(settings, surroundings, sys.executable),
        ):
            found.processes.append(_process(service, told, logs, forker))
        async with opened(settings) as indexed:
            await indexed.ensure_indexes()
        for process in found.processes:
            process.start()
        supervisor = asyncio.create_task(found.supervise())
        try:
            yield found
        finally:
            supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await supervisor
            found.stop()


def _process(service: Service, told: dict[str, str], logs: Path, forker: Forker) -> Process:
    program = service.program
    program = Program(program.name, program.command, {**program.environment, **told})
    return Process(program.name, replace(service, program=program), logs / f"{program.name}.log", forker)


def _settings(folder: Path, servers: Addresses, keys: dict[str, str], database: str, each: int) -> Settings:
    return settings_with_keys(
        keys,
        rabbitmq_url=servers.rabbitmq_url,
        mongodb_url=servers.mongodb_url,
        mongodb_database=database,
        gateway_port=ports.pick(),
        data_dir=folder,
        **{f"{service.replace('-', '_')}_processes": each for service in (*WORKERS, "gateway")},
    )


async def _prepare(servers: Addresses) -> None:
    """Sets up what the suite needs on the broker: the impersonator, and the policy for fast retries."""
    url = URL(servers.rabbitmq_url)
    vhost = (url.path.lstrip("/") or "/").replace("/", "%2F")
    async with httpx.AsyncClient(
        base_url=f"{servers.management_url}/api/", auth=(url.user or "", url.password or ""), timeout=30
    ) as api:
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        for path, body in (
            (f"users/{IMPERSONATOR}", {"password": IMPERSONATOR, "tags": "administrator,impersonator"}),
            (f"permissions/{vhost}/{IMPERSONATOR}", everything),
            (f"policies/{vhost}/chaos-hurries", HURRIED),
        ):
            (await api.put(path, json=body)).raise_for_status()
