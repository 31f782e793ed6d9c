"""Ends the session on request, and the page that says so."""

from services.gateway.journey.page import Page
from services.gateway.pages.answers import Answer, Content, End, Show
from services.gateway.pages.visit import Visit


async def send(visit: Visit) -> Answer:
    """Ends the session, for the workers too. Whatever the form's token: whoever asks for it wants nothing left here."""
    if visit.token is not None:
        await visit.progress.end(visit.as_left)
    return End()


async def show(visit: Visit) -> Answer:
    """Shows the page."""
    return Show(Page.ENDED, visit.session, keeps_cookie=True)


async def compose(_visit: Visit, _show: Show) -> Content:
    """Nothing but the template."""
    return Content("ended.html")
