"""The services in the tests' process: the four workers, and the form on its own port."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
import uvicorn
from starlette.applications import Starlette

from services.gateway.app import create
from services.gateway.broker_client import BrokerClient
from services.intake.app import wire as wire_intake
from services.notifier.app import wire_code_mailer, wire_general_mailer
from services.provisioner.app import wire as wire_provisioner
from services.verifier.app import wire as wire_verifier
from shared.observability.health import EmbeddedServer
from shared.settings.processes import Settings
from shared.worker import Worker
from tests.support.database_users import create_database_users
from tests.support.waiting import until

WIRES: dict[str, Callable[[Worker[Settings]], None]] = {
    "intake": wire_intake,
    "verifier": wire_verifier,
    "provisioner": wire_provisioner,
    "code-mailer": wire_code_mailer,
    "general-mailer": wire_general_mailer,
}
IDLE = 60
"""Seconds that the form keeps an idle connection, so that a delayed request does not find it closed."""


@asynccontextmanager
async def working(settings: Settings, services: Iterable[str] = tuple(WIRES)) -> AsyncIterator[list[Worker[Settings]]]:
    """Runs these services' workers during the block, each with a database user of its own."""
    async with AsyncExitStack() as stack:
        workers = []
        urls = await create_database_users(settings)
        for service in services:
            worker = wire(settings.model_copy(update={"mongodb_url": urls[service]}), service)
            await stack.enter_async_context(worker.take_messages())
            workers.append(worker)
        yield workers


def wire(settings: Settings, service: str) -> Worker[Settings]:
    """A worker that takes nothing yet."""
    worker = Worker(service, settings)
    WIRES[service](worker)
    return worker


async def serve_until_it_fails(worker: Worker[Settings], within: float = 20) -> None:
    """Runs a worker's process; fails unless it exits with a failure within this many seconds."""
    try:
        with pytest.raises(SystemExit) as exit:
            async with asyncio.timeout(within):
                await worker.serve()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().remove_signal_handler(number)
    assert exit.value.code == 1


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """Serves the form during the block; yields its address."""
    server = EmbeddedServer(uvicorn.Config(app, port=0, log_config=None, loop="none", timeout_keep_alive=IDLE))
    async with server.serve_in_background():

        async def listening() -> bool:
            return server.started

        await until(listening)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def serving_system(system: Settings) -> AsyncIterator[str]:
    """Serves the form in front of these workers; yields its address once replies reach it."""
    asking = BrokerClient(system.need("rabbitmq_url"))
    async with serving(create(system, asking)) as address:
        await until(asking.is_ready)
        yield address
