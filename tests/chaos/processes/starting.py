"""Starts the whole system with proxies in front of its servers."""

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
from yarl import URL

from deploy.local.services import Service, Surroundings, make_gateway, make_workers
from embedded_servers import ports
from embedded_servers.program import Program
from shared.messaging.broker_admin import administer, declare
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.topology import WORKERS
from shared.security.keys import make_environment
from shared.settings.processes import Settings
from shared.storage import database_admin
from shared.storage.privileges import PRIVILEGES
from tests.chaos.injection.proxy import proxy
from tests.chaos.processes.forker import Forker
from tests.chaos.processes.process import Process
from tests.chaos.processes.system import IMPERSONATOR, Addresses, System
from tests.support.mail_sink import mail_sink
from tests.support.settings import settings_with_keys

HURRIED = {"pattern": r"^ace\.retry\.(30|120|600)s$", "definition": {"message-ttl": 10_000}, "apply-to": "queues"}
"""An operator's policy: no retry waits longer than ten seconds. Otherwise the suite would take hours."""


@asynccontextmanager
async def running_system(
    folder: Path, servers: Addresses, each: int, *, own_users: bool = True, **processes: int
) -> AsyncIterator[System]:
    """Runs the system during the block, with this many processes of each service, but for those in `processes`.

    `own_users`: each service logs in as its own user, as in production. Users belong to the whole broker.
    """
    async with AsyncExitStack() as stack:
        sink = await stack.enter_async_context(mail_sink())
        broker_url, database_url = URL(servers.rabbitmq_url), servers.mongodb_url
        nodes = servers.amqp_ports or (int(broker_url.port or 5672),)
        broker = await stack.enter_async_context(proxy(*((str(broker_url.host), port) for port in nodes)))
        hosts = database_url.split("//")[1].split("/")[0].rpartition("@")[2].split(",")
        members = [(host, int(port)) for host, port in (host.split(":") for host in hosts)]
        database = await stack.enter_async_context(proxy(*members))
        if len(members) == 1:  # several members announce themselves to the driver and bypass any proxy
            database_url = database_url.replace(hosts[0], f"127.0.0.1:{database.own_port}")
        mail = await stack.enter_async_context(proxy(("127.0.0.1", sink.port)))
        keys = make_environment()
        passwords = {user: secrets.token_hex(8) for user in PERMISSIONS} if own_users else {}
        await declare(servers.rabbitmq_url)
        await administer(servers.management_url, servers.rabbitmq_url, passwords)
        await _prepare(servers)
        database_passwords = {user: secrets.token_hex(8) for user in PRIVILEGES} if own_users else {}
        name = f"chaos-{uuid4().hex[:8]}"
        settings = _settings(folder, servers, keys, name, {**_each(each), **processes})
        surroundings = Surroundings(
            broker_url=str(broker_url.with_port(broker.own_port)),
            management_url=None,
            database_url=database_url,
            mail_url=f"smtp://127.0.0.1:{mail.own_port}",
            keys=keys,
            broker_passwords=passwords,
            database_passwords=database_passwords,
            database=name,
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
            *make_workers(settings, surroundings, sys.executable),
            *make_gateway(settings, surroundings, sys.executable),
        ):
            found.processes.append(_process(service, told, logs, forker))
        await database_admin.administer(servers.mongodb_url, name, database_passwords)
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


def _settings(
    folder: Path, servers: Addresses, keys: dict[str, str], database: str, processes: Mapping[str, int]
) -> Settings:
    return settings_with_keys(
        keys,
        rabbitmq_url=servers.rabbitmq_url,
        mongodb_url=servers.mongodb_url,
        mongodb_database=database,
        gateway_port=ports.pick(),
        data_dir=folder,
        **processes,
    )


def _each(number: int) -> dict[str, int]:
    """This many processes of each service, as settings."""
    return {f"{service.replace('-', '_')}_processes": number for service in (*WORKERS, "gateway")}


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
