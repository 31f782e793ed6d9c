"""Pages 3 and 4: company and account owner information, and the authorization (guide, steps 5 and 6)."""

from services.gateway.forms import fields, parsing
from services.gateway.forms.review import Review
from services.gateway.journey.page import Milestone, Page
from services.gateway.journey.session import Session
from services.gateway.journey.transitions import FAULTS
from services.gateway.pages.answers import Answer, Content, Data, GoOn, Show, reject_form
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from shared import clock
from shared.clock import EASTERN
from shared.contracts.commands import SubmitDetails
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest
from shared.domain.form.account_details import join_owner_name

FIELDS = (*fields.DETAILS, fields.AUTHORIZED)

KEEP = "keep"
CHECK = "check"
"""The values of the buttons that ask for more time and for a review of the answers."""


async def show(visit: Visit) -> Answer:
    """Shows the form, with what was typed before."""
    session = await _confirm(visit)
    if session.page is not Page.DETAILS:
        return GoOn(session)
    verified = parsing.read_request(session.request)
    own = isinstance(verified, AccountRequest) and parsing.is_importer(session.importer, verified)
    return Show(Page.DETAILS, session, _unsign(session.details) if own else {})


async def send(visit: Visit) -> Answer:
    """Submits the details, keeps them, or shows how they will be recorded. After the session ended, keeps them.

    Until they are submitted, the authorization is not kept: people who come back must give it for what the page shows
    then. If a submission comes back for correction, the checkbox keeps its state, like all other fields, and counts
    with the next Submit.
    """
    session, posted, token = visit.session, visit.posted, visit.request_token
    if token is None:
        return await _keep_from_another_request(visit)
    action = posted.get("action")
    kept = session.replace(details=parsing.keep_typed(posted, fields.DETAILS), details_for="")
    if session.refused and session.refused.problem is Problem.SESSION_OVER:
        return GoOn(kept.replace(request=visit.as_left.request))
    if session.milestone is not Milestone.DETAILS or (action in (KEEP, CHECK) and session.pending):
        return GoOn(session)
    if action == KEEP:
        return Data(kept.measure_details_time(visit.now), kept) if visit.by_script else GoOn(kept.replace(renewed=True))
    if action == CHECK:
        return Show(Page.DETAILS, kept, posted, checked=True)
    content = parsing.read_details(posted)
    if isinstance(content, parsing.Broken):
        return Show(Page.DETAILS, kept, posted, content.rules)
    pending = visit.commands.prepare(SubmitDetails, content, token.nonce, session, visit.now)
    session = kept.replace(
        details=parsing.keep_typed(posted, FIELDS),
        owner_name=join_owner_name(vars(content)),
        pending=pending,
        submitted_at=pending.taken_at,
    )
    session = await visit.progress.await_answer(session, visit.patience)
    if session.page is not Page.DETAILS:
        return GoOn(session)
    correcting = session.refused and session.refused.problem is Problem.FIELD_INVALID
    return Show(Page.DETAILS, session, posted if correcting else _unsign(posted))


async def compose(visit: Visit, show: Show) -> Content:
    """The form, its answers as they will be recorded, and how long the page is valid."""
    session, refused, notice = show.session, show.session.refused, show.notice
    request = parsing.read_request(session.request)
    verified = request if isinstance(request, AccountRequest) else None
    answers = Review.read(show.typed, verified)
    rules = answers.rules if show.checked else show.rules
    if notice is None and refused and refused.problem in FAULTS:
        notice = wording.ask_to_sign_again(visit.wording.describe_problem(refused, visit.now))
    values = {
        "verified": verified,
        "answers": answers,
        "shows_answers": any(show.typed.get(field.name) for field in fields.DETAILS) or show.checked,
        "at_answers": show.checked and not rules,
        "until": clock.format_time(session.details_until) if session.details_until else "",
        "today": visit.now.astimezone(EASTERN).strftime("%m/%d/%Y"),
        "time_left": session.measure_details_time(visit.read_clock()),
    }
    return Content("details.html", values, FIELDS, show.typed, rules, refused, notice)


async def _confirm(visit: Visit) -> Session:
    """The session, once the workers vouch for it: what was verified is shown again only then."""
    session = visit.session
    return await visit.progress.confirm_details(session) if session.page is Page.DETAILS else session


async def _keep_from_another_request(visit: Visit) -> Answer:
    """Keeps, but does not send, what was typed for an earlier request or in a session that is gone.

    Keeps it only if no other details are lost: those being submitted, or another importer's.
    """
    session, posted, token = await _confirm(visit), visit.posted, visit.token
    if session.page is Page.DETAILS and not visit.by_script:
        notice = wording.describe_earlier_request(session.reference)
        return Show(Page.DETAILS, session, _unsign(posted), notice=notice)
    importer = token.importer if token else ""
    submitting = session.milestone is Milestone.CREATING or (session.milestone is Milestone.DETAILS and session.pending)
    keeps = not submitting and (importer == session.importer or not session.details)
    if keeps:
        session = session.replace(details=parsing.keep_typed(posted, fields.DETAILS), details_for=importer)
    if not visit.by_script:
        return reject_form(session, details_kept=keeps)
    kept = {"details": session.details, "details_for": session.details_for}
    return GoOn(session if session.under_way else session.turn_back(Problem.SESSION_OVER, **kept))


def _unsign(typed: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if name != fields.AUTHORIZED.name}
