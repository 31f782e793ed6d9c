"""Where an answer takes a person. Plain functions: no I/O, no clock."""

from datetime import datetime
from uuid import uuid5

from services.gateway.forms import parsing
from services.gateway.journey.page import Milestone, Page
from services.gateway.journey.session import Session
from shared.contracts.breach import BreaksContract
from shared.contracts.catalogue import decode
from shared.contracts.commands import CheckCode, StartApplication, SubmitDetails
from shared.contracts.message import Message
from shared.contracts.problem import Problem
from shared.contracts.replies import (
    ApplicationAbandoned,
    ApplicationStatus,
    CodeAccepted,
    DetailsTaken,
    NotYet,
    RecordedReply,
    Refused,
    StartAccepted,
)
from shared.contracts.state import State
from shared.domain.fields.importer_number import ImporterNumber

RESTARTS = frozenset({Problem.CODE_EXPIRED, Problem.APPLICATION_LOCKED})
"""After these, the process restarts without the earlier data (guide, step 4, note)."""

FAULTS = frozenset({Problem.UNAVAILABLE, Problem.CONTRACT_BROKEN, Problem.VERSION_GONE})
"""What went wrong is ours."""

LIMITS = frozenset({Problem.VERIFICATION_NEEDED, Problem.TOO_MANY_REQUESTS})
"""The same request may pass later."""

STAYS = FAULTS | LIMITS | {Problem.CODE_WRONG, Problem.FIELD_INVALID}
"""After these, the person can try again on the same page. After all others, they return to page 1."""


DECIDE_LATE = frozenset({CheckCode.TYPE, SubmitDetails.TYPE})
"""Commands that may still be decided though the application has expired."""


def apply_reply(session: Session, reply: Message) -> Session:
    """Applies the answer to the pending command."""
    if session.pending is None:
        return session
    if isinstance(reply, NotYet):  # it was handled but changed nothing, so it must be sent again
        return session.replace(pending=session.pending.model_copy(update={"sent_at": None}))
    if session.leaving:
        return session.restart(restarted=True)
    answered = session.replace(command_id=session.pending.id, pending=None)
    match reply:
        case StartAccepted(sent_to=sent_to, uniform=uniform):
            issuing = answered.replace(
                milestone=Milestone.ISSUING,
                started_at=session.pending.taken_at,
                sent_to="" if uniform else sent_to or "",
                uniform=uniform,
            )
            return _replace_earlier(issuing)
        case CodeAccepted(grant=grant, details_until=until):
            return _verify(answered, grant, until)
        case DetailsTaken():
            return answered.replace(milestone=Milestone.CREATING)
        case ApplicationAbandoned():
            return answered.restart(restarted=True)
        case Refused():
            return apply_refusal(session, reply)
        case _:
            return session


def _verify(session: Session, grant: str, until: datetime) -> Session:
    """The right code was entered. The session gets a new id, so a page or token from before it submits nothing.

    The id depends on the sealed grant, which is the same however often the code is sent, and known to nobody else.
    """
    verified = session.replace(id=uuid5(session.id, grant), former_id=session.id, milestone=Milestone.DETAILS)
    return verified.replace(grant=grant, details_until=until, expires_at=None, sent_to="", uniform=False)


def _end(session: Session) -> Session:
    """The workers say that it is over, or went on elsewhere. Nothing that was entered is shown any more."""
    closing = session.earlier.application_id if session.earlier else session.closing
    return session.turn_back(Problem.SESSION_OVER, closing=closing)


def _replace_earlier(session: Session) -> Session:
    """Marks the earlier request, if any, to be given up: the new one was accepted."""
    if session.earlier is None:
        return session
    return session.replace(earlier=None, closing=session.earlier.application_id, asked_anew=0, new_code=True)


def apply_refusal(session: Session, refusal: Refused) -> Session:
    """Applies a refusal: the person stays on the page if another try can help, else returns to page 1.

    A start that may pass later is kept for that, or goes on waiting if the person does so already.
    """
    pending = session.pending
    held = pending.hold(refusal) if pending else None
    if pending and held and pending.waits_by_itself(refusal):
        return session.replace(pending=held)
    return _turn_back(session, refusal).replace(held=held)


def _turn_back(session: Session, refusal: Refused) -> Session:
    if session.earlier is None:
        return _refuse(session, refusal)
    if refusal.problem in STAYS:
        return session.return_to_earlier_code(refusal)
    return _refuse(session, refusal).replace(closing=session.earlier.application_id)


def _refuse(session: Session, refusal: Refused) -> Session:
    pending = session.pending
    command_id = pending.id if pending else session.command_id
    current = session.replace(pending=None, command_id=command_id, refused=refusal)
    if refusal.problem in RESTARTS:
        return current.restart(refused=refusal, uniform=current.uniform)
    stays = refusal.problem in STAYS and current.milestone in (Milestone.CODE, Milestone.DETAILS)
    if stays and not (pending and pending.type == StartApplication.TYPE):
        return current.replace(tries_left=current.tries_left if refusal.tries_left is None else refusal.tries_left)
    if refusal.problem is Problem.SESSION_OVER:
        return current.restart(refused=refusal, **current.hide())
    return current.restart(refused=refusal, request=current.request, details=current.details)


def apply_status(session: Session, outcome: ApplicationStatus) -> Session:
    """Applies an application status: first the recorded reply, then the application's state."""
    if session.pending and outcome.status == "known" and outcome.reply:
        session = apply_reply(session, _decode_recorded(outcome.reply, session))
    if session.refused or session.application_id != outcome.application_id:
        return session
    if outcome.session_over:
        return _end(session)
    if not _may_be_decided_late(session, outcome):
        session = _apply_state(session, outcome)
    if outcome.status == "parked" and session.page is Page.WAITING:
        milestone = Milestone.DETAILS if session.milestone is Milestone.CREATING else session.milestone
        return apply_refusal(session.replace(milestone=milestone), _make_refusal(session, Problem.UNAVAILABLE))
    return session


def _may_be_decided_late(session: Session, outcome: ApplicationStatus) -> bool:
    """Whether the answer to the pending command says more than the state: what arrived in time counts."""
    return outcome.state is State.EXPIRED and session.pending is not None and session.pending.type in DECIDE_LATE


def _decode_recorded(recorded: RecordedReply, session: Session) -> Message:
    try:
        return decode(recorded.type, recorded.body)
    except BreaksContract:
        return _make_refusal(session, Problem.UNAVAILABLE)


def _apply_state(session: Session, outcome: ApplicationStatus) -> Session:
    match outcome.state:
        case State.AWAITING_CODE if not session.pending and session.milestone in (Milestone.ISSUING, Milestone.CODE):
            return session.replace(
                milestone=Milestone.CODE,
                expires_at=outcome.expires_at,
                tries_left=outcome.tries_left,
                emails=outcome.emails,
            )
        case State.VERIFIED if session.milestone in (Milestone.ISSUING, Milestone.CODE) and not session.leaving:
            return _end(session)  # the right code was entered elsewhere
        case State.SUBMITTED if session.grant:
            return session.replace(milestone=Milestone.CREATING, pending=None)
        case State.PROVISIONED | State.COMPLETED if session.milestone is Milestone.CONFIRMATION:
            return session.replace(emails=outcome.emails, pending=None)
        case State.PROVISIONED | State.COMPLETED if session.grant:
            return _confirm(session, outcome)
        case State.SUBMITTED | State.PROVISIONED | State.COMPLETED:
            return _end(session)
        case State.REJECTED:
            return apply_refusal(session, _make_refusal(session, outcome.problem or Problem.UNAVAILABLE))
        case State.ABANDONED if session.leaving:
            return session.restart(restarted=True)
        case State.ABANDONED:
            return _end(session)
        case State.LOCKED:
            return apply_refusal(session, _make_refusal(session, Problem.APPLICATION_LOCKED))
        case State.EXPIRED:
            return apply_refusal(session, _make_refusal(session, outcome.problem or _name_expiry(session)))
        case _:
            return session


def _confirm(session: Session, outcome: ApplicationStatus) -> Session:
    """The account exists. Of what was entered, only what the confirmation shows is left."""
    made = parsing.read_request(session.request)
    known = {} if isinstance(made, parsing.Broken) else {"company_name": made.company_name, "email": made.email}
    number = None if isinstance(made, parsing.Broken) else ImporterNumber.parse(made.importer_number)
    return session.restart(
        milestone=Milestone.CONFIRMATION,
        application_id=session.application_id,
        command_id=session.command_id or (session.pending.id if session.pending else None),
        request=known,
        importer_masked=number.masked if number else "",
        closing=session.closing,
        submitted_at=session.submitted_at,
        owner_name=session.owner_name,
        account=outcome.account or "",
        account_name=outcome.account_name or "",
        emails=outcome.emails,
    )


def _name_expiry(session: Session) -> Problem:
    """What expired: a code, a verified session, or a request that never got a code."""
    if session.grant:
        return Problem.SESSION_OVER
    return Problem.CODE_EXPIRED if session.milestone is Milestone.CODE else Problem.UNAVAILABLE


def _make_refusal(session: Session, problem: Problem) -> Refused:
    return Refused(application_id=session.application_id or session.id, problem=problem)
