"""Page 5: what was created, which emails are coming, and what to do next."""

from services.gateway.journey.page import Page
from services.gateway.pages.answers import Answer, Content, GoOn, Show
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from shared import clock
from shared.contracts.email_kind import EmailStatus
from shared.domain.email import WELCOME


async def show(visit: Visit) -> Answer:
    """Shows the page. Loading it again during the session updates the status of the emails."""
    session = visit.session
    if session.page is Page.CONFIRMATION:
        session = await visit.progress.await_account_emails(session)
    return Show(Page.CONFIRMATION, session) if session.page is Page.CONFIRMATION else GoOn(session)


async def compose(visit: Visit, show: Show) -> Content:
    """The request as it was made, and how far its emails are."""
    session = show.session
    submitted_at = session.submitted_at or visit.now
    emails = {kind.value: session.emails.get(kind, EmailStatus.SENDING) for kind in WELCOME}
    values = {
        "email": session.request.get("email", ""),
        "account_name": visit.commands.open_account_name(session) or session.request.get("company_name", ""),
        "submitted": f"{clock.format_day(submitted_at)}, {clock.format_time(submitted_at)}",
        "emails": emails,
        "how_far": {kind: wording.describe_account_email(status) for kind, status in emails.items()},
    }
    return Content("confirmation.html", values)
