"""Page 5: what was created, which e-mails come, and what to do next."""

from starlette.requests import Request
from starlette.responses import Response

from services.gateway import forms
from services.gateway.desk import Visit
from shared.contracts.sealed import AccountRequest
from shared.domain.importer_number import ImporterNumber


async def show(request: Request) -> Response:
    """Can be loaded again while the session lasts."""
    visit = Visit.of(request)
    session = visit.session
    made = forms.read_request(session.request)
    if session.path != "/confirmation" or not isinstance(made, AccountRequest):
        return visit.redirect(session)
    return visit.page(
        "confirmation.html", session, made=made, importer=ImporterNumber.parse(made.importer_number).masked
    )
