"""Pages 3 and 4: company and account owner information, and the authorization (guide, steps 5 and 6)."""

from collections.abc import Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from services.gateway.forms import fields, parsing
from services.gateway.forms.review import Answers
from services.gateway.journey.session import Place, Session
from services.gateway.pages import request as first_page
from services.gateway.pages.visit import Visit
from services.gateway.views import wording
from services.gateway.views.wording import Notice
from shared import clock
from shared.clock import EASTERN
from shared.contracts.commands import SubmitDetails
from shared.contracts.problem import Problem
from shared.contracts.sealed import AccountRequest
from shared.domain.account_details import AccountDetails

FIELDS = (*fields.DETAILS, fields.AUTHORIZED)

KEEP = "keep"
CHECK = "check"
"""What the buttons send that ask for more time, and to see the answers before they are submitted."""


async def show(request: Request) -> Response:
    """The form, with what was typed if it was here before."""
    visit = Visit.of(request)
    if visit.session.path != "/details":
        return visit.redirect(visit.session)
    session = visit.session
    verified = parsing.read_request(session.request)
    own = isinstance(verified, AccountRequest) and parsing.is_importer(session.importer, verified)
    return _page(visit, session, _unsigned(session.details) if own else {})


async def send(request: Request) -> Response:
    """Submits the details, keeps them, or shows how they would be recorded. Without a session they are kept."""
    visit = Visit.of(request)
    posted = await visit.posted()
    session, desk = visit.session, visit.desk
    token = visit.token_of_request(posted)
    if token is None:
        return _of_another_request(visit, posted)
    if session.refused and session.refused.problem is Problem.SESSION_OVER:
        return _elsewhere(visit, _keeping(session, posted).but(request=visit.as_left.request))
    action = posted.get("action")
    if session.place is not Place.DETAILS or (action in (KEEP, CHECK) and session.pending):
        return _elsewhere(visit, session)
    if action == KEEP:
        return _renewed(visit, _keeping(session, posted))
    if action == CHECK:
        rules = Answers.read(posted, None).rules
        return _page(visit, _keeping(session, posted), posted, rules, checked=True)
    content = parsing.read_details(posted)
    if isinstance(content, parsing.Broken):
        return _page(visit, _keeping(session, posted), posted, content.rules)
    pending = desk.commands.pending(SubmitDetails, content, token.nonce, session, visit.now)
    session = session.but(
        details=parsing.kept(posted, FIELDS),
        details_for="",
        owner_name=AccountDetails.parse(posted).owner_name,
        pending=pending,
        submitted_at=pending.taken_at,
    )
    session = await desk.settling.settle(session, desk.waits.reply)
    if session.path == "/details":
        correcting = session.refused and session.refused.problem is Problem.FIELD_INVALID
        return _page(visit, session, posted if correcting else _unsigned(posted))
    return visit.redirect(session)


def _renewed(visit: Visit, session: Session) -> Response:
    """There are 30 minutes again, within the six hours: said on the page, or to the script that asked."""
    if not visit.by_script:
        return visit.redirect(session.but(renewed=True))
    return visit.data(_time_left(session, visit.now), session)


def _elsewhere(visit: Visit, session: Session) -> Response:
    """The person does not stand on this page any more. To a script that is no error: its browser would note one."""
    return visit.data({"path": session.path}, session) if visit.by_script else visit.redirect(session)


def _of_another_request(visit: Visit, posted: dict[str, str]) -> Response:
    """The form is an earlier request's, or of a session that is gone. What was typed is kept, not sent.

    Not where that would cost other details: those that are being submitted, or another importer's.
    """
    session, token = visit.session, visit.token(posted)
    importer = token.importer if token else ""
    if session.path == "/details" and not visit.by_script:
        notice = wording.typed_for_an_earlier_request(session.reference)
        return _page(visit, session, _unsigned(posted), notice=notice)
    submitting = session.place is Place.CREATING or (session.place is Place.DETAILS and session.pending)
    keeps = not submitting and (importer == session.importer or not session.details)
    if keeps:
        session = _keeping(session, posted, importer)
    if visit.by_script:
        kept = {"details": session.details, "details_for": session.details_for}
        over = session if session.under_way else session.turned_back(Problem.SESSION_OVER, **kept)
        return _elsewhere(visit, over)
    return first_page.over(visit, session, details_kept=keeps)


def _keeping(session: Session, posted: dict[str, str], importer: str = "") -> Session:
    """With what was typed, for this importer where it is not the request's own.

    The authorization is no part of it: who comes back has to give it for what stands there then. Where a field has to
    be corrected, nobody has left: the box stays as it was, like everything else that was entered, and takes effect with
    the next Submit.
    """
    return session.but(details=parsing.kept(posted, fields.DETAILS), details_for=importer)


def _unsigned(typed: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in typed.items() if name != fields.AUTHORIZED.name}


def _time_left(session: Session, now: datetime) -> dict[str, int]:
    """Seconds until the page is over unless a request comes before, and until it is in any case.

    Told as seconds, because a computer's clock may be wrong.
    """
    over, last = session.details_over_at, session.details_until or session.details_over_at
    return {"left": int((over - now).total_seconds()), "left_in_all": int((last - now).total_seconds())}


def _page(
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
    if notice is None and session.refused and session.refused.problem is Problem.UNAVAILABLE:
        notice = wording.to_be_signed_again(visit.desk.rendering.wording.problem(session.refused, visit.now))
    return visit.form(
        "details.html",
        session,
        FIELDS,
        typed,
        rules=rules,
        refused=session.refused,
        notice=notice,
        verified=verified,
        answers=Answers.read(typed, verified),
        shows_answers=any(typed.get(field.name) for field in fields.DETAILS) or checked,
        at_answers=checked and not rules,
        until=clock.time_of_day(session.details_until) if session.details_until else "",
        today=visit.now.astimezone(EASTERN).strftime("%m/%d/%Y"),
        time_left=_time_left(session, visit.desk.clock()),
    )
