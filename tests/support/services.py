"""The services in the tests' process: the four workers, and the form on its own port."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

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
            worker = Worker(service, settings.model_copy(update={"mongodb_url": urls[service]}))
            WIRES[service](worker)
            await stack.enter_async_context(worker.take_messages())
            workers.append(worker)
        yield workers


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
