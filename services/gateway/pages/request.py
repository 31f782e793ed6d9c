"""Page 1: company, importer record number and email address (guide, step 3)."""

from services.gateway.challenge.providers import widen_policy
from services.gateway.challenge.verification import Failed
from services.gateway.forms import fields, parsing
from services.gateway.journey.page import Page
from services.gateway.journey.session import Session
from services.gateway.pages.answers import Answer, Content, GoOn, Show, reject_form
from services.gateway.pages.human_check import verify
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from services.gateway.views.wording import Notice
from shared.contracts.commands import StartApplication
from shared.contracts.email_kind import EmailStatus
from shared.contracts.ids import derive_application_id
from shared.contracts.problem import Problem
from shared.web.security_headers import CONTENT_SECURITY_POLICY

ANEW = "new"
"""In the start page's link: show page 1 even if another request is under way."""


async def show(visit: Visit) -> Answer:
    """Shows the form: empty, or with what was typed and why it came back."""
    session = visit.session
    if session.page is not Page.REQUEST and ANEW not in visit.request.query_params:
        return show_for_new_code(session) if session.has_code and session.needs_verification else GoOn(session)
    return Show(Page.REQUEST, session, notice=await _explain_unsent_code(visit))


def show_for_new_code(session: Session) -> Show:
    """Shows page 1 with the request whose new code needs human verification. The current code goes on."""
    return Show(Page.REQUEST, session, session.request, for_new_code=True)


async def send(visit: Visit) -> Answer:
    """Starts an application. It replaces any other that is under way in this browser."""
    before, posted, token = visit.session, visit.posted, visit.token
    if token is None:
        return reject_form(before, posted)
    typed = parsing.keep_typed(posted, fields.REQUEST)
    content = parsing.read_request(posted)
    same = parsing.read_request(before.request) == content
    held = before.held if same else None
    kept = before if before.under_way else before.replace(request=typed, held=held)  # for a reload
    if isinstance(content, parsing.Broken):
        return Show(Page.REQUEST, kept, posted, content.rules)
    resumed = before.start_to_resume if same else None
    pending = resumed or visit.commands.prepare(StartApplication, content, token.nonce, before, visit.now)
    if pending.ticket or pending is not before.pending:
        verified = await verify(visit, pending)
        if isinstance(verified, Failed):
            return Show(Page.REQUEST, kept, posted, {"challenge": verified.rule})
        pending = verified
    application_id = derive_application_id(pending.id)
    again = application_id == before.application_id
    if again and not before.pending:
        return GoOn(before)  # sent twice, and the first one went through
    renewing = before.has_code and same
    if renewing:
        session = before.request_new_code(application_id, pending, typed)
    else:
        if not again and not pending.is_held(visit.now):
            await visit.progress.give_up(before, pending.id)
        details = before.details if parsing.is_importer(before.importer, content) else {}
        session = before.restart(application_id=application_id, pending=pending, request=typed, details=details)
        if again:
            session = session.replace(earlier=before.earlier, asked_anew=before.asked_anew)
    session = await visit.progress.await_answer(session, visit.patience)
    if session.page is Page.REQUEST and not renewing:
        return Show(Page.REQUEST, session, posted)
    return GoOn(session)


async def compose(visit: Visit, show: Show) -> Content:
    """The form, with what the session has of it unless that belongs to a request under way, and human verification."""
    session, notice = show.session, show.notice
    here = session.page is Page.REQUEST
    held = session.reason_to_wait if here or show.for_new_code else None
    refused = (held or (session.refused if here else None)) if not show.rules else None
    if refused and refused.problem is Problem.SESSION_OVER:
        notice = wording.describe_session_over("", details_kept=bool(session.details))
    verification = visit.verification
    widget = await verification.make_widget(
        visit.describe_visitor(session), visit.now, needed=session.needs_verification
    )
    only_waits = held is not None and not (session.needs_verification and verification.is_on)
    if refused and refused is held:
        notice = visit.wording.describe_problem(refused, visit.now, wait="Wait" if only_waits else "")
    headers = {}
    if widget and widget.provider:
        headers["Content-Security-Policy"] = widen_policy(CONTENT_SECURITY_POLICY, widget.provider)
        headers["Referrer-Policy"] = "strict-origin-when-cross-origin"  # providers check whose page it is
    return Content(
        "request.html",
        {
            "challenge": widget,
            "for_new_code": show.for_new_code,
            "only_waits": only_waits,
            "wait": wording.describe_span(held.retry_at, visit.now) if held and held.retry_at else "",
        },
        (*fields.REQUEST, fields.CHALLENGE) if widget else fields.REQUEST,
        show.typed or (session.request if here else {}),
        show.rules,
        refused,
        notice,
        headers,
    )


async def _explain_unsent_code(visit: Visit) -> Notice | None:
    """What to say instead if a code expired because its email was never sent: that is our fault."""
    refused = visit.session.refused
    if refused is None or refused.problem is not Problem.CODE_EXPIRED or visit.session.uniform:
        return None
    status = await visit.progress.ask_code_email(refused.application_id)
    if status is EmailStatus.REFUSED:
        unsent = refused.model_copy(update={"problem": Problem.POC_EMAIL_REFUSED})
        return visit.wording.describe_problem(unsent, visit.now)
    return None if status in (None, EmailStatus.SENT) else visit.wording.describe_unsent_code()
