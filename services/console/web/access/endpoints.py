"""Turns a function that answers a visit into an endpoint: who is not logged in, or may not, never reaches it."""

from collections.abc import Awaitable, Callable
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from services.console.output.exit_codes import NotFound, Unavailable
from services.console.queues.browsing import BeingRead
from services.console.web.access.gate import Guest
from services.console.web.access.posts import read_post
from services.console.web.access.visit import Visit
from services.console.web.dependencies import Dependencies
from shared.domain.errors import TransientFailure
from shared.storage.errors import AccessRefused
from shared.storage.logins import Role
from shared.web.compression import compress

LOGIN = "/login"

Answer = Callable[[Visit], Awaitable[Response]]


def make_endpoint(answer: Answer, role: Role) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint for those who have this role. Others get the login page, or 403."""

    async def endpoint(request: Request) -> Response:
        dependencies: Dependencies = request.app.state.dependencies
        try:
            guest = await find_guest(request, by_person=True)
        except TransientFailure as error:
            return dependencies.show_problem(503, *explain(error))
        if guest is None:
            return _send_to_login(request)
        if not guest.may(role):
            raise HTTPException(403)
        posted = await read_post(request) if request.method == "POST" else {}
        visit = Visit(dependencies, request, guest, dependencies.clock(), posted)
        try:
            response = await answer(visit)
        except NotFound as error:
            return visit.show("problem.html", 404, heading="Nothing was found", sentence=str(error))
        except BeingRead as error:
            return visit.show("problem.html", 503, heading="Somebody else is reading these", sentence=f"{error}.")
        except (Unavailable, TransientFailure) as error:
            heading, sentence = explain(error)
            return visit.show("problem.html", 503, heading=heading, sentence=sentence)
        compress(request, response)
        return response

    return endpoint


async def find_guest(request: Request, *, by_person: bool) -> Guest | None:
    """Who sent a request; None if nobody is logged in. Raises `TransientFailure`."""
    dependencies: Dependencies = request.app.state.dependencies
    id = dependencies.cookie.read_id(request)
    return await dependencies.gate.find(id, dependencies.clock(), by_person=by_person) if id else None


def explain(error: Unavailable | TransientFailure) -> tuple[str, str]:
    """Heading and sentence of the page that says what is away or refuses."""
    says = f"{str(error)[:1].upper()}{str(error)[1:]}"
    if isinstance(error, Unavailable):
        return "A server is away or refuses", f"{says}."
    if isinstance(error, AccessRefused):
        return "The database refuses the console", f"{says}."
    return "The database does not answer", f"{says}. This page needs it. What people send waits, and nothing is lost."


def _send_to_login(request: Request) -> Response:
    """To the login page, and from there on to what was asked for.

    A browser that follows another site's link withholds the cookie (SameSite=Strict): a page of ours asks it again.
    """
    dependencies: Dependencies = request.app.state.dependencies
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    if request.method == "GET" and request.headers.get("sec-fetch-site") not in (None, "none", "same-origin"):
        return HTMLResponse(dependencies.rendering.render_page("continue.html", address=address))
    after = "" if request.method != "GET" or address == "/" else f"?after={quote(address, safe='/')}"
    return RedirectResponse(LOGIN + after, 303)
