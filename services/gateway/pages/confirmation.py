"""Page 5: what was created, which emails are coming, and what to do next."""

from services.gateway.forms import parsing
from services.gateway.journey.page import Page
from services.gateway.pages.answers import Answer, Content, GoOn, Show
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from shared import clock
from shared.contracts.email_kind import EmailStatus
from shared.contracts.sealed import AccountRequest
from shared.domain.email import WELCOME
from shared.domain.fields.importer_number import ImporterNumber


async def show(visit: Visit) -> Answer:
    """Shows the page. Loading it again during the session updates the status of the emails."""
    session = visit.session
    if session.page is not Page.CONFIRMATION or isinstance(parsing.read_request(session.request), parsing.Broken):
        return GoOn(session)
    return Show(Page.CONFIRMATION, await visit.progress.await_account_emails(session))


async def compose(visit: Visit, show: Show) -> Content:
    """The request as it was made, and how far its emails are."""
    session = show.session
    made = parsing.read_request(session.request)
    assert isinstance(made, AccountRequest)  # noqa: S101  # otherwise the page is not shown
    submitted_at = session.submitted_at or visit.now
    emails = {kind.value: session.emails.get(kind, EmailStatus.SENDING) for kind in WELCOME}
    values = {
        "made": made,
        "account_name": visit.commands.open_account_name(session) or made.company_name,
        "submitted": f"{clock.format_day(submitted_at)}, {clock.format_time(submitted_at)}",
        "importer": ImporterNumber.parse(made.importer_number).masked,
        "emails": emails,
        "how_far": {kind: wording.describe_account_email(status) for kind, status in emails.items()},
    }
    return Content("confirmation.html", values)
