"""Pages 3 and 4: company and account owner information, and the authorization (guide, steps 5 and 6)."""

from starlette.requests import Request
from starlette.responses import Response

from services.gateway import fields, forms
from services.gateway.desk import Visit
from services.gateway.pages import request as first_page
from services.gateway.session import Place, Session
from shared.clock import EASTERN
from shared.contracts.commands import SubmitDetails
from shared.contracts.sealed import AccountRequest
from shared.domain.problem import Problem

FIELDS = (*fields.DETAILS, fields.AUTHORIZED)


async def show(request: Request) -> Response:
    """The form, with what was typed if it was here before."""
    visit = Visit.of(request)
    if visit.session.path != "/details":
        return visit.redirect(visit.session)
    return _page(visit, visit.session, visit.session.details)


async def send(request: Request) -> Response:
    """Submits the details. Where the session is over, they are kept for when a new code has been entered."""
    visit = Visit.of(request)
    posted = await visit.posted()
    session, desk = visit.session, visit.desk
    token = visit.token_of_request(posted)
    if token is None:
        keeping = session if session.under_way else session.but(details=forms.kept(posted, FIELDS))
        return first_page.over(visit, keeping)
    if session.refused and session.refused.problem is Problem.SESSION_OVER:
        return visit.redirect(session.but(details=forms.kept(posted, FIELDS), request=visit.as_left.request))
    if session.place is not Place.DETAILS:
        return visit.redirect(session)
    content = forms.read_details(posted)
    if isinstance(content, forms.Broken):
        return _page(visit, session, posted, content.rules)
    pending = desk.commands.pending(SubmitDetails, content, token.nonce, session, visit.now)
    session = session.but(details=forms.kept(posted, FIELDS), pending=pending)
    session = await desk.settling.settle(session, desk.waits.reply)
    if session.path == "/details":
        return _page(visit, session, posted)
    return visit.redirect(session)


def _page(visit: Visit, session: Session, typed: dict[str, str], rules: dict[str, str] | None = None) -> Response:
    verified = forms.read_request(session.request)
    return visit.form(
        "details.html",
        session,
        FIELDS,
        typed,
        rules=rules,
        refused=session.refused,
        verified=verified if isinstance(verified, AccountRequest) else None,
        today=visit.now.astimezone(EASTERN).strftime("%m/%d/%Y"),
    )
