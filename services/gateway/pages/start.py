"""The start page: what to have ready, and the link to the form."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.gateway.desk import Desk


async def show(request: Request) -> Response:
    """Leaves the session as it is: somebody may only be reading."""
    desk: Desk = request.app.state.desk
    session = desk.visit(request).session
    return HTMLResponse(desk.rendering.page("start.html", session=session))
