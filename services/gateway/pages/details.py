"""Pages 3 and 4: company and account owner information, and the authorization (guide, steps 5 and 6)."""

from collections.abc import Mapping
from datetime import datetime

from starlette.responses import Response

from services.gateway.forms import fields, parsing
from services.gateway.forms.review import Review
from services.gateway.journey.page import Milestone, Page
from services.gateway.journey.session import Session
from services.gateway.journey.transitions import FAULTS
from services.gateway.pages import request as first_page
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from services.gateway.views.wording import Notice
from shared import clock
from shared.clock import EASTERN
from shared.contracts.commands import SubmitDetails
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest
from shared.domain.form.account_details import AccountDetails

FIELDS = (*fields.DETAILS, fields.AUTHORIZED)

KEEP = "keep"
CHECK = "check"
"""The values of the buttons that ask for more time and for a review of the answers."""


async def show(visit: Visit) -> Response:
    """Shows the form, with what was typed before."""
    if visit.session.page is not Page.DETAILS:
        return visit.redirect(visit.session)
    session = visit.session
    verified = parsing.read_request(session.request)
    own = isinstance(verified, AccountRequest) and parsing.is_importer(session.importer, verified)
    return _render(visit, session, _unsign(session.details) if own else {})


async def send(visit: Visit) -> Response:
    """Submits the details, keeps them, or shows how they will be recorded. After the session ended, keeps them."""
    posted = visit.posted
    session = visit.session
    token = visit.request_token
    if token is None:
        return _keep_from_another_request(visit, posted)
    if session.refused and session.refused.problem is Problem.SESSION_OVER:
        return _lead_on(visit, _keep(session, posted).replace(request=visit.as_left.request))
    action = posted.get("action")
    if session.milestone is not Milestone.DETAILS or (action in (KEEP, CHECK) and session.pending):
        return _lead_on(visit, session)
    if action == KEEP:
        return _renew(visit, _keep(session, posted))
    if action == CHECK:
        rules = Review.read(posted, None).rules
        return _render(visit, _keep(session, posted), posted, rules, checked=True)
    content = parsing.read_details(posted)
    if isinstance(content, parsing.Broken):
        return _render(visit, _keep(session, posted), posted, content.rules)
    pending = visit.prepare(SubmitDetails, content, token.nonce, session)
    session = session.replace(
        details=parsing.keep_typed(posted, FIELDS),
        details_for="",
        owner_name=AccountDetails.parse(posted).owner_name,
        pending=pending,
        submitted_at=pending.taken_at,
    )
    session = await visit.await_answer(session)
    if session.page is Page.DETAILS:
        correcting = session.refused and session.refused.problem is Problem.FIELD_INVALID
        return _render(visit, session, posted if correcting else _unsign(posted))
    return visit.redirect(session)


def _renew(visit: Visit, session: Session) -> Response:
    """Confirms another 30 minutes, within the six hours: on the page, or to the script that asked."""
    if not visit.by_script:
        return visit.redirect(session.replace(renewed=True))
    return visit.send_data(_measure_time_left(session, visit.now), session)


def _lead_on(visit: Visit, session: Session) -> Response:
    """Leads people from this page to their current one. A script gets the path: browsers would log an error."""
    return visit.send_data({"path": session.page}, session) if visit.by_script else visit.redirect(session)


def _keep_from_another_request(visit: Visit, posted: dict[str, str]) -> Response:
    """Keeps, but does not send, what was typed for an earlier request or in a session that is gone.

    Keeps it only if no other details are lost: those being submitted, or another importer's.
    """
    session, token = visit.session, visit.token
    importer = token.importer if token else ""
    if session.page is Page.DETAILS and not visit.by_script:
        notice = wording.describe_earlier_request(session.reference)
        return _render(visit, session, _unsign(posted), notice=notice)
    submitting = session.milestone is Milestone.CREATING or (session.milestone is Milestone.DETAILS and session.pending)
    keeps = not submitting and (importer == session.importer or not session.details)
    if keeps:
        session = _keep(session, posted, importer)
    if visit.by_script:
        kept = {"details": session.details, "details_for": session.details_for}
        over = session if session.under_way else session.turn_back(Problem.SESSION_OVER, **kept)
        return _lead_on(visit, over)
    return first_page.reject_form(visit, session, details_kept=keeps)


def _keep(session: Session, posted: dict[str, str], importer: str = "") -> Session:
    """Keeps what was typed, for this importer if it is not the request's own.

    The authorization is not kept: people who come back must give it for what the page shows then. If a submission comes
    back for correction, the checkbox keeps its state, like all other fields, and counts with the next Submit.
    """
    return session.replace(details=parsing.keep_typed(posted, fields.DETAILS), details_for=importer)


def _unsign(typed: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if name != fields.AUTHORIZED.name}


def _measure_time_left(session: Session, now: datetime) -> dict[str, int]:
    """Seconds until the page expires unless a request comes, and until it expires in any case.

    These are seconds because a computer's clock may be wrong.
    """
    over, last = session.details_over_at, session.details_until or session.details_over_at
    return {"left": int((over - now).total_seconds()), "left_in_all": int((last - now).total_seconds())}


def _render(
    visit: Visit,
    session: Session,
    typed: dict[str, str],
    rules: Mapping[str, str] | None = None,
    notice: Notice | None = None,
    *,
    checked: bool = False,
) -> Response:
    request = parsing.read_request(session.request)
    verified = request if isinstance(request, AccountRequest) else None
    if notice is None and session.refused and session.refused.problem in FAULTS:
        notice = wording.ask_to_sign_again(visit.describe_problem(session.refused))
    return visit.show_form(
        "details.html",
        session,
        FIELDS,
        typed,
        rules=rules,
        refused=session.refused,
        notice=notice,
        verified=verified,
        answers=Review.read(typed, verified),
        shows_answers=any(typed.get(field.name) for field in fields.DETAILS) or checked,
        at_answers=checked and not rules,
        until=clock.format_time(session.details_until) if session.details_until else "",
        today=visit.now.astimezone(EASTERN).strftime("%m/%d/%Y"),
        time_left=_measure_time_left(session, visit.read_clock()),
    )
