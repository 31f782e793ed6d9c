"""Page 1: company, importer record number and email address (guide, step 3)."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.challenge.providers import widened
from services.gateway.challenge.verification import Failed, Held
from services.gateway.forms import fields, parsing
from services.gateway.http.security_headers import CONTENT_SECURITY_POLICY
from services.gateway.journey.commands import application_started_by
from services.gateway.journey.session import Pending, Session
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from services.gateway.views.wording import Notice
from shared.contracts.commands import StartApplication
from shared.contracts.email_kind import EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused

ANEW = "new"
"""In the start page's link: show page 1 although another request is under way."""


async def show(request: Request) -> Response:
    """The empty form, or with what was typed and why it came back."""
    visit = Visit.of(request)
    if visit.session.path == "/request" or ANEW in request.query_params:
        return page(visit, visit.session, notice=await _not_sent(visit))
    return visit.redirect(visit.session)


async def send(request: Request) -> Response:
    """Starts an application. Another one that is under way in this browser is given up for it."""
    visit = Visit.of(request)
    posted = await visit.posted()
    token = visit.token(posted)
    if token is None:
        return over(visit, visit.session, posted)
    content = parsing.read_request(posted)
    if isinstance(content, parsing.Broken):
        return _form(visit, _keeping(visit.session, posted), posted, rules=content.rules)
    desk, before = visit.desk, visit.session
    pending = desk.commands.pending(StartApplication, content, token.nonce, before, visit.now)
    if pending is not before.pending:
        verified = await verified_as(visit, posted, pending)
        if isinstance(verified, Failed):
            return _form(visit, _keeping(before, posted), posted, rules={"challenge": verified.rule})
        pending = verified
    application_id = application_started_by(pending.id)
    if application_id == before.application_id and not before.pending:
        return visit.redirect(before)  # sent twice, and the first one went through
    typed = parsing.kept(posted, fields.REQUEST)
    if before.has_code and parsing.read_request(before.request) == content:
        return await ask_anew(visit, before.asking_anew(application_id, pending, typed))
    if application_id != before.application_id and not pending.held_for(visit.now):
        await desk.settling.give_up(before, pending.id)
    details = before.details if parsing.is_importer(before.importer, content) else {}
    session = before.begun_anew(application_id=application_id, pending=pending, request=typed, details=details)
    if application_id == before.application_id:
        session = session.but(earlier=before.earlier, asked_anew=before.asked_anew)
    session = await desk.settling.settle(session, desk.waits.reply)
    if session.path == "/request":
        return page(visit, session, posted)
    return visit.redirect(session)


async def ask_anew(visit: Visit, session: Session) -> Response:
    """Sends the request again for a new code. Its refusal is told where the person goes on: with the code there is."""
    return visit.redirect(await visit.desk.settling.settle(session, visit.desk.waits.reply))


def to_be_verified(visit: Visit, session: Session) -> Response:
    """Page 1 with the request that is under way, which a person has to send for a new code."""
    return _form(visit, session, session.request, for_new_code=True)


async def _not_sent(visit: Visit) -> Notice | None:
    """What is said instead where a code's time is over and its email never left: that is our fault."""
    refused = visit.session.refused
    if refused is None or refused.problem is not Problem.CODE_EXPIRED:
        return None
    status = await visit.desk.settling.code_email(refused.application_id)
    if status is EmailStatus.REFUSED:
        return visit.desk.rendering.wording.problem(
            refused.model_copy(update={"problem": Problem.POC_EMAIL_REFUSED}), visit.now
        )
    return None if status in (None, EmailStatus.SENT) else visit.desk.rendering.wording.code_not_sent()


def page(
    visit: Visit, session: Session, typed: dict[str, str] | None = None, *, notice: Notice | None = None
) -> Response:
    """Page 1 for a session: with what it knows was typed, unless that belongs to a request that is under way.

    `notice`: what is said in place of the session's own words for its problem.
    """
    here = session.path == "/request"
    known = typed or (session.request if here else {})
    refused = session.refused if here else None
    over = refused is not None and refused.problem is Problem.SESSION_OVER
    if over:
        notice = wording.session_over("", details_kept=bool(session.details))
    return _form(visit, session, known, refused=refused, notice=notice)


def over(
    visit: Visit, session: Session, typed: dict[str, str] | None = None, *, details_kept: bool = False
) -> Response:
    """Page 1 saying that the form that was sent is not one of this session's request, which goes on where it was."""
    known = typed or ({} if session.under_way else session.request)
    under_way = session.reference if session.under_way else ""
    notice = wording.session_over(under_way, details_kept=details_kept)
    return _form(visit, session, known, notice=notice)


def _keeping(session: Session, posted: Mapping[str, str]) -> Session:
    """With what was typed, for when the page is loaded again; not where the session holds that of another request."""
    return session if session.under_way else session.but(request=parsing.kept(posted, fields.REQUEST))


async def verified_as(visit: Visit, posted: Mapping[str, str], pending: Pending) -> Pending | Failed:
    """The command as it may be sent, once it is known that a person sends it, if that has to be known."""
    before = visit.session
    verdict = await visit.desk.verification.check(posted, visit.visitor, pending.id, visit.now)
    if isinstance(verdict, Failed):
        return verdict
    if isinstance(verdict, Held):
        return pending.model_copy(update={"held_until": verdict.until, "taken_at": verdict.until})
    if verdict.once is None:
        return pending
    once = visit.desk.commands.pending(StartApplication, None, verdict.once, before, visit.now)
    again = application_started_by(once.id) == before.application_id
    return Failed("used") if again and before.request != parsing.kept(posted, fields.REQUEST) else once


def _form(
    visit: Visit,
    session: Session,
    typed: Mapping[str, str],
    *,
    rules: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    notice: Notice | None = None,
    for_new_code: bool = False,
) -> Response:
    widget = visit.desk.verification.widget(visit.visitor, visit.now)
    shown = (*fields.REQUEST, fields.CHALLENGE) if widget else fields.REQUEST
    response = visit.form(
        "request.html",
        session,
        shown,
        typed,
        rules=rules,
        refused=refused,
        notice=notice,
        challenge=widget,
        for_new_code=for_new_code,
    )
    if widget and widget.provider:
        response.headers["Content-Security-Policy"] = widened(CONTENT_SECURITY_POLICY, widget.provider)
        response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"  # providers check whose page it is
    return response
