"""The start page: what to have ready, and the link to the form."""

from services.gateway.journey.page import Page
from services.gateway.pages.answers import Answer, Content, Show
from services.gateway.pages.visit import Visit


async def show(visit: Visit) -> Answer:
    """Shows the page, and leaves the session alone: somebody may only be reading."""
    return Show(Page.START, visit.session, keeps_cookie=True)


async def compose(_visit: Visit, _show: Show) -> Content:
    """Nothing but the template."""
    return Content("start.html")
