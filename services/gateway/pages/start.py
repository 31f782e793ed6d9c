"""The start page: what to have ready, and the link to the form."""

from starlette.responses import HTMLResponse, Response

from services.gateway.pages.visit import Visit


async def show(visit: Visit) -> Response:
    """Shows the page, and leaves the session alone: somebody may only be reading."""
    return HTMLResponse(visit.rendering.render_page("start.html", session=visit.session))
