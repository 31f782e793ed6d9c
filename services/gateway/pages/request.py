"""Page 1: company, importer record number and email address (guide, step 3)."""

from collections.abc import Mapping

from starlette.responses import Response

from services.gateway.challenge.providers import widen_policy
from services.gateway.challenge.verification import Failed, Postponed
from services.gateway.forms import fields, parsing
from services.gateway.http.security_headers import CONTENT_SECURITY_POLICY
from services.gateway.journey.commands import derive_application_id
from services.gateway.journey.page import Page
from services.gateway.journey.pending import Pending
from services.gateway.journey.session import Session
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from services.gateway.views.wording import Notice
from shared.contracts.commands import StartApplication
from shared.contracts.email_kind import EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused

ANEW = "new"
"""In the start page's link: show page 1 even if another request is under way."""


async def show(visit: Visit) -> Response:
    """Shows the form: empty, or with what was typed and why it came back."""
    if visit.session.page is Page.REQUEST or ANEW in visit.request.query_params:
        return render(visit, visit.session, notice=await _explain_unsent_code(visit))
    return visit.redirect(visit.session)


async def send(visit: Visit) -> Response:
    """Starts an application. It replaces any other that is under way in this browser."""
    posted = visit.posted
    token = visit.token
    if token is None:
        return reject_form(visit, visit.session, posted)
    content = parsing.read_request(posted)
    if isinstance(content, parsing.Broken):
        return _render(visit, _keep(visit.session, posted), posted, rules=content.rules)
    before = visit.session
    pending = visit.prepare(StartApplication, content, token.nonce, before)
    if pending is not before.pending:
        verified = await verify(visit, posted, pending)
        if isinstance(verified, Failed):
            return _render(visit, _keep(before, posted), posted, rules={"challenge": verified.rule})
        pending = verified
    application_id = derive_application_id(pending.id)
    if application_id == before.application_id and not before.pending:
        return visit.redirect(before)  # sent twice, and the first one went through
    typed = parsing.keep_typed(posted, fields.REQUEST)
    if before.has_code and parsing.read_request(before.request) == content:
        return await send_again(visit, before.request_new_code(application_id, pending, typed))
    if application_id != before.application_id and not pending.count_seconds_held(visit.now):
        await visit.progress.give_up(before, pending.id)
    details = before.details if parsing.is_importer(before.importer, content) else {}
    session = before.restart(application_id=application_id, pending=pending, request=typed, details=details)
    if application_id == before.application_id:
        session = session.replace(earlier=before.earlier, asked_anew=before.asked_anew)
    session = await visit.await_answer(session)
    if session.page is Page.REQUEST:
        return render(visit, session, posted)
    return visit.redirect(session)


async def send_again(visit: Visit, session: Session) -> Response:
    """Sends the request again for a new code. A refusal is shown on the page of the current code."""
    return visit.redirect(await visit.await_answer(session))


def ask_to_verify(visit: Visit, session: Session) -> Response:
    """Shows page 1 with the current request, which the person has to send for a new code."""
    return _render(visit, session, session.request, for_new_code=True)


async def _explain_unsent_code(visit: Visit) -> Notice | None:
    """What to say instead if a code expired because its email was never sent: that is our fault."""
    refused = visit.session.refused
    if refused is None or refused.problem is not Problem.CODE_EXPIRED:
        return None
    status = await visit.progress.ask_code_email(refused.application_id)
    if status is EmailStatus.REFUSED:
        return visit.describe_problem(refused.model_copy(update={"problem": Problem.POC_EMAIL_REFUSED}))
    return None if status in (None, EmailStatus.SENT) else visit.wording.describe_unsent_code()


def render(
    visit: Visit, session: Session, typed: dict[str, str] | None = None, *, notice: Notice | None = None
) -> Response:
    """Renders page 1 with what the session has of it, unless that belongs to a request that is under way.

    `notice` replaces what the page says about the session's problem.
    """
    here = session.page is Page.REQUEST
    known = typed or (session.request if here else {})
    refused = session.refused if here else None
    over = refused is not None and refused.problem is Problem.SESSION_OVER
    if over:
        notice = wording.describe_session_over("", details_kept=bool(session.details))
    return _render(visit, session, known, refused=refused, notice=notice)


def reject_form(
    visit: Visit, session: Session, typed: dict[str, str] | None = None, *, details_kept: bool = False
) -> Response:
    """Renders page 1, saying that the posted form does not belong to this session's request, which continues."""
    known = typed or ({} if session.under_way else session.request)
    under_way = session.reference if session.under_way else ""
    notice = wording.describe_session_over(under_way, details_kept=details_kept)
    return _render(visit, session, known, notice=notice)


def _keep(session: Session, posted: Mapping[str, str]) -> Session:
    """Keeps what was typed for a reload, unless the session has another request under way."""
    return session if session.under_way else session.replace(request=parsing.keep_typed(posted, fields.REQUEST))


async def verify(visit: Visit, posted: Mapping[str, str], pending: Pending) -> Pending | Failed:
    """Verifies, if necessary, that a person sends the command. Returns the command as it may be sent."""
    before = visit.session
    verdict = await visit.verification.check(posted, visit.visitor, pending.id, visit.now)
    if isinstance(verdict, Failed):
        return verdict
    if isinstance(verdict, Postponed):
        return pending.model_copy(update={"held_until": verdict.until, "taken_at": verdict.until})
    if verdict.once is None:
        return pending
    once = visit.prepare(StartApplication, None, verdict.once, before)
    again = derive_application_id(once.id) == before.application_id
    return Failed("used") if again and before.request != parsing.keep_typed(posted, fields.REQUEST) else once


def _render(
    visit: Visit,
    session: Session,
    typed: Mapping[str, str],
    *,
    rules: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    notice: Notice | None = None,
    for_new_code: bool = False,
) -> Response:
    widget = visit.verification.make_widget(visit.visitor, visit.now)
    shown = (*fields.REQUEST, fields.CHALLENGE) if widget else fields.REQUEST
    response = visit.show_form(
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
        response.headers["Content-Security-Policy"] = widen_policy(CONTENT_SECURITY_POLICY, widget.provider)
        response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"  # providers check whose page it is
    return response
