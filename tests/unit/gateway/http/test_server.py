"""A stopping process of the form: every request is answered, and nobody is cut off."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from services.gateway.app import create
from shared import socket_activation
from shared.settings.processes import Settings
from shared.web import server
from shared.web.server import WebServer
from tests.support.scripted_workers import Workers
from tests.support.waiting import until


class Served:
    """A form on its own port, with a page that waits until released."""

    def __init__(self, app: Starlette, *, outlives_us: bool) -> None:
        self.let_go = asyncio.Event()
        self.asked = asyncio.Event()

        async def slow(_request: Request) -> Response:
            self.asked.set()
            await self.let_go.wait()
            return PlainTextResponse("made")

        app.router.routes.append(Route("/slow", slow))
        self.outlives_us = outlives_us
        self.own = own = socket_activation.bind("127.0.0.1", 0)
        self.held = own.dup()
        self.server = WebServer(app, own, app.state.dependencies.events, outlives_us=outlives_us, trusted_proxies="")
        self.address = f"http://127.0.0.1:{own.getsockname()[1]}"

    async def told_to_stop(self) -> None:
        """Tells it to stop; returns once it has noticed."""
        self.server.stop()

        async def seeing_off() -> bool:
            return (b"connection", b"close") in self.server.server_state.default_headers

        await until(seeing_off)


@pytest.fixture(params=[True, False], ids=["held", "own"])
async def served(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[Served]:
    found = Served(create(settings, Workers()), outlives_us=request.param)
    task = asyncio.create_task(found.server.serve(sockets=[found.own]))

    async def started() -> bool:
        return found.server.started

    await until(started)
    yield found
    found.held.close()
    found.let_go.set()
    found.server.stop()
    await task


async def test_a_page_in_the_making_is_finished_and_an_open_connection_is_let_go_with_an_answer(
    served: Served,
) -> None:
    async with httpx.AsyncClient(base_url=served.address) as visitor, httpx.AsyncClient() as other:
        assert (await visitor.get("/livez")).headers.get("connection") is None
        waiting = asyncio.create_task(other.get(f"{served.address}/slow"))
        await served.asked.wait()
        await served.told_to_stop()
        answer = await visitor.get("/readyz")  # on the connection that was open
        assert answer.status_code == 503
        assert answer.headers["connection"] == "close"
        served.let_go.set()
        assert (await waiting).text == "made"


async def test_a_visitor_after_the_signal_is_let_in_unless_the_socket_is_held_for_the_next_process(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LINGER", 1.0)
    await served.told_to_stop()
    async with httpx.AsyncClient(base_url=served.address, timeout=0.5) as visitor:
        if served.outlives_us:
            with pytest.raises(httpx.ReadTimeout):  # it waits for the next process
                await visitor.get("/livez")
        else:
            assert (await visitor.get("/livez")).status_code == 200
