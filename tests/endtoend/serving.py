"""The form on a port of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette

from services.gateway.app import create
from services.gateway.broker_client import BrokerClient
from shared.observability.health import EmbeddedServer
from shared.settings import Settings
from tests.waiting import until

KEPT = 60
"""Seconds that an idle connection stays open: a client that is held up must not find it closed."""


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """Its address while the block runs."""
    server = EmbeddedServer(uvicorn.Config(app, port=0, log_config=None, loop="none", timeout_keep_alive=KEPT))
    async with server.serving():

        async def listening() -> bool:
            return server.started

        await until(listening)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def serving_system(system: Settings) -> AsyncIterator[str]:
    """The address of the form before these workers, once their answers reach it."""
    asking = BrokerClient(system.need("rabbitmq_url"))
    async with serving(create(system, asking)) as address:
        await until(asking.ready)
        yield address
