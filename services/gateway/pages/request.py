"""Page 1: company, importer record number and e-mail address (guide, step 3)."""

from starlette.requests import Request
from starlette.responses import Response

from services.gateway import fields, forms, wording
from services.gateway.commands import application_started_by
from services.gateway.desk import Visit
from services.gateway.session import Session
from shared.contracts.commands import StartApplication
from shared.domain.problem import Problem

ANEW = "new"
"""In the start page's link: show page 1 although another request is under way."""


async def show(request: Request) -> Response:
    """The empty form, or with what was typed and why it came back."""
    visit = Visit.of(request)
    if visit.session.path == "/request" or ANEW in request.query_params:
        return page(visit, visit.session)
    return visit.redirect(visit.session)


async def send(request: Request) -> Response:
    """Starts an application. Another one that is under way in this browser is given up for it."""
    visit = Visit.of(request)
    posted = await visit.posted()
    token = visit.token(posted)
    if token is None:
        return over(visit, visit.session, posted)
    content = forms.read_request(posted)
    if isinstance(content, forms.Broken):
        return visit.form("request.html", visit.session, fields.REQUEST, posted, rules=content.rules)
    desk, before = visit.desk, visit.session
    pending = desk.commands.pending(StartApplication, content, token.nonce, before, visit.now)
    application_id = application_started_by(pending.id)
    if application_id == before.application_id and not before.pending:
        return visit.redirect(before)  # sent twice, and the first one went through
    if application_id != before.application_id:
        await desk.settling.give_up(before, pending.id)
    same = not before.under_way or forms.read_request(before.request | {"email": content.email}) == content
    session = before.begun_anew(
        application_id=application_id,
        pending=pending,
        request=forms.kept(posted, fields.REQUEST),
        details=before.details if same else {},
    )
    session = await desk.settling.settle(session, desk.waits.reply)
    if session.path == "/request":
        return page(visit, session, posted)
    return visit.redirect(session)


def page(visit: Visit, session: Session, typed: dict[str, str] | None = None) -> Response:
    """Page 1 for a session: with what it knows was typed, unless that belongs to a request that is under way."""
    here = session.path == "/request"
    known = typed or (session.request if here else {})
    refused = session.refused if here else None
    over = refused is not None and refused.problem is Problem.SESSION_OVER
    notice = wording.session_over("", details_kept=bool(session.details)) if over else None
    return visit.form("request.html", session, fields.REQUEST, known, refused=refused, notice=notice)


def over(visit: Visit, session: Session, typed: dict[str, str] | None = None) -> Response:
    """Page 1 saying that the form that was sent is not one of this session's request, which goes on where it was."""
    known = typed or ({} if session.under_way else session.request)
    under_way = session.reference if session.under_way else ""
    notice = wording.session_over(under_way, details_kept=bool(session.details))
    return visit.form("request.html", session, fields.REQUEST, known, notice=notice)
