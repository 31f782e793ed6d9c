"""The start page: what to have ready, and the link to the form."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.gateway.pages.visit import Visit


async def show(request: Request) -> Response:
    """Leaves the session as it is: somebody may only be reading."""
    visit = Visit.of(request)
    return HTMLResponse(visit.desk.rendering.page("start.html", session=visit.session))
