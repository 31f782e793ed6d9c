"""The web form's application: its pages, what protects them, and how it starts and stops."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from services.gateway.broker_client import BrokerClient
from services.gateway.http.security_headers import Protection
from services.gateway.journey.page import Page
from services.gateway.journey.progress import Waits
from services.gateway.pages import code, confirmation, details, field_checks, request, start, status, waiting
from services.gateway.pages.dependencies import Dependencies, is_secure
from services.gateway.views import wording
from shared import clock
from shared.observability import health
from shared.settings import Settings

log = structlog.get_logger()

PAGES = [
    Route("/", start.show),
    Route(Page.REQUEST.path, request.show),
    Route(Page.REQUEST.path, request.send, methods=["POST"]),
    Route(f"{Page.REQUEST.path}/check", field_checks.check_request, methods=["POST"]),
    Route(Page.CODE.path, code.show),
    Route(Page.CODE.path, code.send, methods=["POST"]),
    Route(Page.DETAILS.path, details.show),
    Route(Page.DETAILS.path, details.send, methods=["POST"]),
    Route(f"{Page.DETAILS.path}/check", field_checks.check_details, methods=["POST"]),
    Route(Page.CONFIRMATION.path, confirmation.show),
    Route(Page.WAITING.path, waiting.show),
    Route("/status", status.show),
]


def create(
    settings: Settings, client: BrokerClient, now: Callable[[], datetime] = clock.now, waits: Waits | None = None
) -> Starlette:
    """The application. Raises `SettingError` where a key or the frontend's packages are missing."""
    dependencies = Dependencies.open(settings, client, now, waits or Waits())

    def trouble(status: int) -> Response:
        heading, sentence = wording.trouble(status)
        page = dependencies.rendering.page("trouble.html", heading=heading, sentence=sentence)
        return HTMLResponse(page, status)

    async def refuse(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = trouble(status)
        response.headers.update(getattr(error, "headers", None) or {})
        return response

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await client.start()
        yield
        await client.stop()
        await dependencies.verification.close()
        log.info("stopped")

    stopping = asyncio.Event()

    async def ready() -> bool:
        return not stopping.is_set() and await client.ready()

    app = Starlette(
        routes=[
            *PAGES,
            *health.routes(ready),
            dependencies.assets.route(),
        ],
        exception_handlers={HTTPException: refuse},
        middleware=[
            Middleware(Protection, secure=is_secure(settings), trouble=trouble),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
        ],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.dependencies = dependencies
    app.state.ready = ready
    app.state.stopping = stopping
    return app
