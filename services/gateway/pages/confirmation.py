"""Page 5: what was created, which emails come, and what to do next."""

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.forms import parsing
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from shared import clock
from shared.contracts.email_kind import EmailStatus
from shared.contracts.sealed import AccountRequest
from shared.domain.email import WELCOME
from shared.domain.fields.importer_number import ImporterNumber


async def show(request: Request) -> Response:
    """Can be loaded again while the session lasts, and then says how far the emails are by now."""
    visit = Visit.of(request)
    session = visit.session
    made = parsing.read_request(session.request)
    if session.path != "/confirmation" or not isinstance(made, AccountRequest):
        return visit.redirect(session)
    session = await visit.desk.settling.look_after_emails(session, visit.desk.waits.outcome)
    submitted_at = session.submitted_at or visit.now
    emails = {kind.value: session.emails.get(kind, EmailStatus.SENDING) for kind in WELCOME}
    return visit.page(
        "confirmation.html",
        session,
        made=made,
        account_name=visit.desk.commands.account_name(session) or made.company_name,
        submitted=f"{clock.day(submitted_at)}, {clock.time_of_day(submitted_at)}",
        importer=ImporterNumber.parse(made.importer_number).masked,
        emails=emails,
        how_far={kind: wording.email_about_the_account(status) for kind, status in emails.items()},
    )
