"""Log in and out."""

import math
from datetime import datetime

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.console.logins.names import normalize_name
from services.console.web.access import slowing
from services.console.web.access.endpoints import LOGIN
from services.console.web.access.password_checks import AGAIN_AFTER
from services.console.web.access.posts import read_post
from services.console.web.access.visit import Visit
from services.console.web.dependencies import Dependencies
from shared.domain.errors import TransientFailure
from shared.security.networks import tag_networks
from shared.storage.audit import make_entry
from shared.storage.logins import Login
from shared.web.security_events import SecurityEvent

log = structlog.get_logger()

WRONG = "Name and password do not match. After five wrong passwords in a row, each further one costs a wait."
BUSY = f"Too many people log in right now. Please try again in {AGAIN_AFTER} seconds."
AWAY = "The database is away, so nobody can log in here. On the machine, acectl doctor says what is wrong."


async def show(request: Request) -> Response:
    """The login page."""
    return _render(request, _read_target(request.query_params.get("after", "")))


async def send(request: Request) -> Response:
    """Logs somebody in, and sends them on to the page that they asked for."""
    dependencies: Dependencies = request.app.state.dependencies
    posted = await read_post(request)
    after, now = _read_target(posted.get("after", "")), dependencies.clock()
    typed = posted.get("name", "")
    try:
        return await _log_in(request, typed, posted.get("password", ""), after, now)
    except TransientFailure:
        return _render(request, after, 503, AWAY, typed)


async def _log_in(request: Request, typed: str, password: str, after: str, now: datetime) -> Response:
    dependencies: Dependencies = request.app.state.dependencies
    name, network = normalize_name(typed), _name_network(request)
    login = await dependencies.database.collections.logins.find(name) if name else None
    keys = slowing.list_keys(login, name or "", network)
    wait = math.ceil(dependencies.slowing.measure_wait(keys, now).total_seconds())
    if wait > 0:
        sentence = f"Too many wrong passwords. Please try again in {wait} second{'' if wait == 1 else 's'}."
        return _tell_to_wait(_render(request, after, 429, sentence, typed), wait)
    if dependencies.password_checks.are_full:
        return _tell_to_wait(_render(request, after, 503, BUSY, typed), AGAIN_AFTER)
    dependencies.slowing.count_wrong(keys, now)  # before it is checked, so that tries at the same time count, too
    right = await dependencies.password_checks.check(password, login.password if login else None)
    if login is None or not right:
        dependencies.events.record(SecurityEvent.FAILED_LOGIN, request.client.host if request.client else "")
        return _render(request, after, 401, WRONG, typed)
    dependencies.slowing.forget(keys)
    await dependencies.database.collections.logins.remember_network(login, network)
    await _record(dependencies, login, "log-in", now)
    if before := dependencies.cookie.read_id(request):
        await dependencies.gate.end(before)
    response = RedirectResponse(after, 303)
    await dependencies.gate.begin(dependencies.cookie.issue(response), login, now)
    return response


async def log_out(visit: Visit) -> Response:
    """Ends the session, here and on the server: on the server later if the database is away."""
    try:
        await visit.dependencies.gate.end(visit.guest.session.id)
        await visit.record("log-out", "console", "a session")
    except TransientFailure as error:
        log.warning("a log-out is not in the audit", who=visit.guest.name, reason=str(error))
    response = RedirectResponse(LOGIN, 303, {"Clear-Site-Data": '"cache", "storage"'})
    visit.dependencies.cookie.delete(response)
    return response


async def _record(dependencies: Dependencies, login: Login, action: str, now: datetime) -> None:
    await dependencies.database.collections.audit.add([make_entry(login.name, action, "console", "a session", now)])


def _render(request: Request, after: str, status: int = 200, problem: str = "", typed: str = "") -> Response:
    dependencies: Dependencies = request.app.state.dependencies
    page = dependencies.rendering.render_page("login.html", guest=None, after=after, problem=problem, typed=typed[:64])
    return HTMLResponse(page, status)


def _tell_to_wait(response: Response, seconds: int) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response


def _read_target(path: str) -> str:
    """The path to go on to: only one of our own."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"


def _name_network(request: Request) -> str:
    """The tag of the visitor's network: /32, or /64."""
    dependencies: Dependencies = request.app.state.dependencies
    host = request.client.host if request.client else ""
    return next(iter(tag_networks(dependencies.networks, host)), "none")
