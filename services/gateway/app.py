"""The web form's ASGI application: its pages and middleware, and how it starts and stops."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from services.gateway.http.measuring import Measuring
from services.gateway.journey.broker import Broker
from services.gateway.journey.page import Page
from services.gateway.journey.progress import Waits
from services.gateway.pages import code, confirmation, details, ended, field_checks, request, start, status, waiting
from services.gateway.pages.dependencies import Dependencies, is_secure
from services.gateway.pages.respond import make_endpoint
from services.gateway.views import wording
from shared import clock
from shared.observability import health
from shared.settings.processes import GatewaySettings
from shared.web.security_headers import SecurityHeaders

log = structlog.get_logger()

PAGES = [
    (Page.START, "GET", start.show),
    (Page.REQUEST, "GET", request.show),
    (Page.REQUEST, "POST", request.send),
    (f"{Page.REQUEST}/check", "POST", field_checks.check_request),
    (Page.CODE, "GET", code.show),
    (Page.CODE, "POST", code.send),
    (Page.DETAILS, "GET", details.show),
    (Page.DETAILS, "POST", details.send),
    (f"{Page.DETAILS}/check", "POST", field_checks.check_details),
    (Page.CONFIRMATION, "GET", confirmation.show),
    (Page.WAITING, "GET", waiting.show),
    (Page.WAITING, "POST", waiting.send),
    ("/end", "POST", ended.send),
    (Page.ENDED, "GET", ended.show),
    ("/status", "GET", status.show),
]


def create(
    settings: GatewaySettings, broker: Broker, now: Callable[[], datetime] = clock.now, waits: Waits | None = None
) -> Starlette:
    """Builds the application. Raises `SettingError` if a key or the frontend's packages are missing."""
    dependencies = Dependencies.open(settings, broker, now, waits or Waits())

    def show_error(status: int) -> Response:
        heading, sentence = wording.describe_error(status)
        page = dependencies.rendering.render_page("error.html", heading=heading, sentence=sentence)
        return HTMLResponse(page, status)

    async def refuse(_request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        response = show_error(status)
        response.headers.update(getattr(error, "headers", None) or {})
        return response

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        await broker.start()
        yield
        await broker.stop()
        await dependencies.verification.close()
        log.info("stopped")

    stopping = asyncio.Event()

    async def ready() -> bool:
        return not stopping.is_set() and await broker.is_ready()

    app = Starlette(
        routes=[
            *(Route(path, make_endpoint(answer), methods=[method]) for path, method, answer in PAGES),
            *(health.make_routes(ready, "gateway", settings) if settings.health_port is None else []),
            dependencies.assets.route(),
        ],
        exception_handlers={HTTPException: refuse},
        middleware=[
            Middleware(Measuring, pages=[(path, method) for path, method, _ in PAGES]),
            Middleware(SecurityHeaders, secure=is_secure(settings), show_error=show_error),
        ],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.dependencies = dependencies
    app.state.ready = ready
    app.state.stopping = stopping
    return app
