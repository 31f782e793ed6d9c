"""Health pages: `/livez` (the process answers), `/readyz` (it can do its work), `/metrics`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from shared.cancellation import is_meant_for_us
from shared.observability import metrics
from shared.settings.groups import ServiceSettings

log = structlog.get_logger()

PATHS = ("/livez", "/readyz", "/metrics")

CHECK_WITHIN = 3
"""Seconds that a readiness check may take."""

Check = Callable[[], Awaitable[bool]]
Measure = Callable[[], Awaitable[None]]
"""Sets gauges that only a look at a server can set."""


def make_routes(check: Check, program: str, settings: ServiceSettings, measures: Sequence[Measure] = ()) -> list[Route]:
    """The three routes, for an application to mount. `measures` are taken when somebody asks for the metrics."""
    metrics.describe_build(settings.commit)

    async def livez(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def readyz(_request: Request) -> Response:
        ready = await holds(check)
        return PlainTextResponse("ready\n" if ready else "not ready\n", 200 if ready else 503)

    async def expose(_request: Request) -> Response:
        metrics.READY.set(await holds(check))
        await asyncio.gather(*(_take(measure) for measure in measures))
        text = b"".join(map(generate_latest, metrics.PROGRAMS[program]))
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    return [Route(path, answer) for path, answer in zip(PATHS, (livez, readyz, expose), strict=True)]


async def holds(check: Check) -> bool:
    """What the check says; False if it fails or takes longer than three seconds."""
    try:
        async with asyncio.timeout(CHECK_WITHIN):
            return await check()
    except asyncio.CancelledError:
        if is_meant_for_us():
            raise
        return False  # a connection lost during the check cancels whatever waited for it
    except Exception as error:  # noqa: BLE001  # whatever the cause, the process is not ready
        log.info("not ready", error=type(error).__name__)
        return False


async def _take(measure: Measure) -> None:
    """Takes a measure. If a server is away, the gauge keeps its value: others say what is wrong."""

    async def take() -> bool:
        await measure()
        return True

    await holds(take)


class EmbeddedServer(uvicorn.Server):
    """A web server inside a process that does other work and handles signals itself."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield

    @asynccontextmanager
    async def serve_in_background(self) -> AsyncIterator[None]:
        """Serves while the block runs."""
        task = asyncio.create_task(self.serve())
        try:
            yield
        finally:
            self.should_exit = True
            await task


@asynccontextmanager
async def serve_pages(
    check: Check, program: str, settings: ServiceSettings, measures: Sequence[Measure] = ()
) -> AsyncIterator[None]:
    """Serves the pages on the health port, if one is set, while the block runs."""
    if settings.health_port is None:
        yield
        return
    app = Starlette(routes=make_routes(check, program, settings, measures))
    server = EmbeddedServer(
        uvicorn.Config(
            app,
            host=settings.bind_address,
            port=settings.health_port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
    async with server.serve_in_background():
        yield
