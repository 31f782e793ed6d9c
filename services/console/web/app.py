"""The console's ASGI application: its pages, and how it starts and stops."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from functools import partial

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.console.checks.starting import find_starter
from services.console.health.observer import Observer
from services.console.servers.database import OpenDatabase
from services.console.web.access.endpoints import LOGIN, make_endpoint
from services.console.web.access.gate import Gate
from services.console.web.access.known_hosts import KnownHosts
from services.console.web.access.password_checks import PasswordChecks
from services.console.web.access.session_cookie import SessionCookie
from services.console.web.access.slowing import Slowing
from services.console.web.dead_letters.handling import DeadLetterHandling
from services.console.web.dependencies import Dependencies
from services.console.web.live.counting import Counting
from services.console.web.live.history import History
from services.console.web.live.reader import Reader
from services.console.web.live.retry_counts import RetryCounts, count_retries
from services.console.web.live.stream import Stream
from services.console.web.live.summaries import Summaries
from services.console.web.live.watch import Watch
from services.console.web.pages import (
    applications,
    audit,
    dead_letter_actions,
    dead_letters,
    importers,
    login,
    overview,
    queues,
    reports,
    services,
)
from services.console.web.views.assets import load_assets
from services.console.web.views.rendering import Rendering
from shared import clock
from shared.observability import health
from shared.security.fingerprints import BlindIndex
from shared.settings.groups import SettingError
from shared.settings.loading import load_key_ring
from shared.settings.processes import ConsolePageSettings
from shared.storage.logins import Role
from shared.web.assets import MissingPackages
from shared.web.form_body import read_origin
from shared.web.security_events import SecurityEvents
from shared.web.security_headers import SecurityHeaders

log = structlog.get_logger()

LIVE = (overview.PAGE, queues.PAGE, dead_letter_actions.PROGRESS)
"""Pages that renew themselves."""

PAGES = [
    *((page.path, "GET", page.show, Role.VIEWER) for page in LIVE),
    ("/queues/{name}", "GET", queues.show_one, Role.VIEWER),
    ("/dead-letters", "GET", dead_letters.show, Role.VIEWER),
    ("/dead-letters/group", "GET", dead_letters.show_group, Role.VIEWER),
    ("/dead-letters/letter", "GET", dead_letters.show_letter, Role.VIEWER),
    ("/dead-letters/plan", "POST", dead_letter_actions.plan, Role.OPERATOR),
    ("/dead-letters/act", "POST", dead_letter_actions.act, Role.OPERATOR),
    ("/applications", "GET", applications.show, Role.VIEWER),
    ("/applications", "POST", applications.find, Role.VIEWER),
    ("/applications/{name}", "GET", applications.show_one, Role.VIEWER),
    ("/importers", "GET", importers.show, Role.VIEWER),
    ("/importers", "POST", importers.look_up, Role.VIEWER),
    ("/importers/lift", "POST", importers.lift_limits, Role.OPERATOR),
    ("/reports", "GET", reports.show, Role.VIEWER),
    ("/reports.csv", "GET", reports.download, Role.VIEWER),
    ("/services", "GET", services.show, Role.VIEWER),
    ("/audit", "GET", audit.show, Role.VIEWER),
    ("/logout", "POST", login.log_out, Role.VIEWER),
]
"""Path, method, who answers, and the role that it takes."""

OPEN = [(LOGIN, "GET", login.show), (LOGIN, "POST", login.send)]
"""Pages for those who are not logged in."""

PROBLEMS = {
    400: ("This request is not valid", "Please go back and try again."),
    401: ("You are not logged in", "Please reload the page to log in again."),
    403: ("You may not do this", "It takes the role of an operator, and a form of this console."),
    404: ("This page does not exist", "Please choose one from the navigation."),
    405: ("This page takes no such request", "Please choose one from the navigation."),
    408: ("This took too long", "Please send the form again."),
    413: ("This is too much", "Please enter less."),
    415: ("This is not one of the console's forms", "Please go back and try again."),
    421: (
        "The console does not go by this name",
        "Without ACE_CONSOLE_URL it answers only on its own machine, as localhost or 127.0.0.1.",
    ),
    503: ("Too many pages are open", "Please close some, and reload this one."),
}
BUG = ("Something went wrong here", "It is in the console's log. Please try again.")


def create(
    settings: ConsolePageSettings,
    database: OpenDatabase,
    observer: Observer,
    now: Callable[[], datetime] = clock.now,
) -> Starlette:
    """Builds the application. Raises `SettingError` if a key or the frontend's packages are missing."""
    dependencies = make_dependencies(settings, database, observer, now)
    stopping = asyncio.Event()

    def show_error(status: int) -> Response:
        return dependencies.show_problem(status, *PROBLEMS.get(status, BUG))

    async def refuse(_request: Request, error: Exception) -> Response:
        return show_error(error.status_code if isinstance(error, HTTPException) else 500)

    async def ready() -> bool:
        return dependencies.watch.is_looking and not stopping.is_set()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await dependencies.history.load(now())
            stack.push_async_callback(dependencies.history.close)
            stack.push_async_callback(dependencies.dead_letters.close)
            watch = dependencies.watch
            for work in (
                watch.run(),
                dependencies.counting.run(),
                dependencies.gate.keep_reviewing(),
                _end_streams(watch, stopping),
            ):
                task = asyncio.create_task(work)
                stack.push_async_callback(_cancel, task)
            yield
        log.info("stopped")

    headers = Middleware(SecurityHeaders, secure=is_secure(settings), show_error=show_error)
    hosts = [] if settings.console_url else [Middleware(KnownHosts, refusal=show_error(421))]
    app = Starlette(
        routes=[
            *(Route(path, make_endpoint(answer, role), methods=[method]) for path, method, answer, role in PAGES),
            *(Route(path, answer, methods=[method]) for path, method, answer in OPEN),
            *(Route(page.stream_path, Stream(page).answer) for page in LIVE),
            *(health.make_routes(ready, "console", settings) if settings.health_port is None else []),
            dependencies.assets.route(),
        ],
        exception_handlers={HTTPException: refuse},
        middleware=[headers, *hosts],
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.dependencies = dependencies
    app.state.ready = ready
    app.state.stopping = stopping
    return app


def make_dependencies(
    settings: ConsolePageSettings, database: OpenDatabase, observer: Observer, now: Callable[[], datetime]
) -> Dependencies:
    """What all pages share. Raises `SettingError`."""
    try:
        assets = load_assets(settings.frontend_dir)
    except MissingPackages as error:
        raise SettingError(f"ACE_FRONTEND_DIR: {error}") from None
    networks = BlindIndex(load_key_ring(settings, "network"))
    history = History(database.collections.queue_history)
    counting = Counting(database.collections.reports)
    return Dependencies(
        settings=settings,
        database=database,
        cookie=SessionCookie(secure=is_secure(settings)),
        gate=Gate(database.collections),
        slowing=Slowing(),
        password_checks=PasswordChecks(),
        watch=Watch(Reader(observer, counting, find_starter(settings)).look, history.note),
        counting=counting,
        history=history,
        summaries=Summaries(partial(database.collections.reports.summarize, bounds=[*reports.BOUNDS])),
        retry_counts=RetryCounts(partial(count_retries, settings)),
        dead_letters=DeadLetterHandling(settings, database.collections),
        assets=assets,
        rendering=Rendering(assets),
        events=SecurityEvents(networks),
        networks=networks,
        public_origin=(read_origin(str(settings.console_url)) or "") if settings.console_url else "",
        clock=now,
    )


def is_secure(settings: ConsolePageSettings) -> bool:
    """Whether operators reach the console over https."""
    return settings.console_url is not None and settings.console_url.scheme == "https"


async def _end_streams(watch: Watch, stopping: asyncio.Event) -> None:
    """Ends the open pages' streams once the process is to stop: they would never end by themselves."""
    await stopping.wait()
    await watch.close()


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
