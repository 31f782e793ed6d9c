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

from services.gateway.broker_client import Asking
from services.gateway.http.security_headers import Protection
from services.gateway.journey.progress import Waits
from services.gateway.pages import code, confirmation, details, field_checks, request, start, status, waiting
from services.gateway.pages.visit import Desk, is_secure
from services.gateway.views import wording
from shared import clock
from shared.observability import health
from shared.settings.processes import GatewaySettings

log = structlog.get_logger()

PAGES = [
    Route("/", start.show),
    Route("/request", request.show),
    Route("/request", request.send, methods=["POST"]),
    Route("/request/check", field_checks.check_request, methods=["POST"]),
    Route("/code", code.show),
    Route("/code", code.send, methods=["POST"]),
    Route("/details", details.show),
    Route("/details", details.send, methods=["POST"]),
    Route("/details/check", field_checks.check_details, methods=["POST"]),
    Route("/confirmation", confirmation.show),
    Route("/waiting", waiting.show),
    Route("/status", status.show),
]


def create(
    settings: GatewaySettings, asking: Asking, now: Callable[[], datetime] = clock.now, waits: Waits | None = None
) -> Starlette:
    """The application. Raises `SettingError` where a key or the frontend's packages are missing."""
    desk = Desk.open(settings, asking, now, waits or Waits())

    def trouble(status: int) -> Response:
        heading, sentence = wording.trouble(status)
        page = desk.rendering.page("trouble.html", heading=heading, sentence=sentence)
        return HTMLResponse(page, status)

    async def refuse(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = trouble(status)
        response.headers.update(getattr(error, "headers", None) or {})
        return response

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await asking.start()
        yield
        await asking.stop()
        await desk.verification.close()
        log.info("stopped")

    stopping = asyncio.Event()

    async def ready() -> bool:
        return not stopping.is_set() and await asking.ready()

    app = Starlette(
        routes=[
            *PAGES,
            *health.routes(ready),
            desk.assets.route(),
        ],
        exception_handlers={HTTPException: refuse},
        middleware=[
            Middleware(Protection, secure=is_secure(settings), trouble=trouble),
            Middleware(GZipMiddleware, minimum_size=1000, compresslevel=6),
        ],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.desk = desk
    app.state.ready = ready
    app.state.stopping = stopping
    return app
