"""What an answer means for the person: where they stand after it. Plain functions, no I/O, no clock."""

from services.gateway.journey.session import Place, Session
from shared.contracts.catalogue import BreaksContract, decode
from shared.contracts.commands import StartApplication
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

RESTARTS = frozenset({Problem.CODE_EXPIRED, Problem.APPLICATION_LOCKED})
"""After these the process restarts and the earlier data is gone (guide, step 4, note)."""

STAYS = frozenset({Problem.CODE_WRONG, Problem.FIELD_INVALID, Problem.UNAVAILABLE, Problem.TOO_MANY_REQUESTS})
"""After these the person can try again on the page where they are. After all others they are back at page 1."""


def replied(session: Session, reply: Message) -> Session:
    """After the answer to the pending command."""
    if session.pending is None:
        return session
    if isinstance(reply, NotYet):  # it was taken and changed nothing, so it has to be sent again
        return session.but(pending=session.pending.model_copy(update={"sent_at": None}))
    if session.leaving:
        return session.begun_anew(restarted=True)
    answered = session.but(command_id=session.pending.id, pending=None)
    match reply:
        case StartAccepted(sent_to=sent_to):
            issuing = answered.but(place=Place.ISSUING, started_at=session.pending.taken_at, sent_to=sent_to or "")
            return _in_place_of_earlier(issuing)
        case CodeAccepted(grant=grant, details_until=until):
            return answered.but(place=Place.DETAILS, grant=grant, details_until=until, expires_at=None, sent_to="")
        case DetailsTaken():
            return answered.but(place=Place.CREATING)
        case ApplicationAbandoned():
            return answered.begun_anew(restarted=True)
        case Refused():
            return refused(session, reply)
        case _:
            return session


def _in_place_of_earlier(session: Session) -> Session:
    """With the earlier request, if there is one, to be given up: the new one was accepted, or there will be neither."""
    if session.earlier is None:
        return session
    return session.but(earlier=None, closing=session.earlier.application_id, asked_anew=0, new_code=True)


def refused(session: Session, refusal: Refused) -> Session:
    """After a refusal: on the same page where another try can help, else back at page 1."""
    if session.earlier is None:
        return _refused(session, refusal)
    if refusal.problem in STAYS:
        return session.with_earlier_code(refusal)
    return _refused(session, refusal).but(closing=session.earlier.application_id)


def _refused(session: Session, refusal: Refused) -> Session:
    pending = session.pending
    command_id = pending.id if pending else session.command_id
    current = session.but(pending=None, command_id=command_id, refused=refusal)
    if refusal.problem in RESTARTS:
        return current.begun_anew(refused=refusal)
    stays = refusal.problem in STAYS and current.place in (Place.CODE, Place.DETAILS)
    if stays and not (pending and pending.type == StartApplication.TYPE):
        return current.but(tries_left=current.tries_left if refusal.tries_left is None else refusal.tries_left)
    return current.begun_anew(refused=refusal, request=current.request, details=current.details)


def observed(session: Session, outcome: ApplicationStatus) -> Session:
    """After the answer to ask-outcome: the recorded reply first, then the application's state."""
    if session.pending and outcome.status == "known" and outcome.reply:
        session = replied(session, _recorded(outcome.reply, session))
    if session.refused or session.application_id != outcome.application_id:
        return session
    session = _in_state(session, outcome)
    if outcome.status == "parked" and session.path == "/waiting":
        place = Place.DETAILS if session.place is Place.CREATING else session.place
        return refused(session.but(place=place), _refusal(session, Problem.UNAVAILABLE))
    return session


def _recorded(recorded: RecordedReply, session: Session) -> Message:
    try:
        return decode(recorded.type, recorded.body)
    except BreaksContract:
        return _refusal(session, Problem.UNAVAILABLE)


def _in_state(session: Session, outcome: ApplicationStatus) -> Session:
    match outcome.state:
        case State.AWAITING_CODE if not session.pending and session.place in (Place.ISSUING, Place.CODE):
            return session.but(
                place=Place.CODE,
                expires_at=outcome.expires_at,
                tries_left=outcome.tries_left,
                emails=outcome.emails,
            )
        case State.VERIFIED if session.place in (Place.ISSUING, Place.CODE) and not session.leaving:
            return refused(session, _refusal(session, Problem.SESSION_OVER))  # the right code came from elsewhere
        case State.SUBMITTED if session.grant:
            return session.but(place=Place.CREATING, pending=None)
        case State.PROVISIONED | State.COMPLETED if session.place is Place.CONFIRMATION:
            return session.but(emails=outcome.emails)
        case State.PROVISIONED | State.COMPLETED if session.grant:
            return session.but(
                place=Place.CONFIRMATION,
                account=outcome.account or "",
                account_name=outcome.account_name or "",
                emails=outcome.emails,
                pending=None,
                grant="",
                details={},
            )
        case State.SUBMITTED | State.PROVISIONED | State.COMPLETED:
            return refused(session, _refusal(session, Problem.SESSION_OVER))
        case State.REJECTED:
            return refused(session, _refusal(session, outcome.problem or Problem.UNAVAILABLE))
        case State.ABANDONED if session.leaving:
            return session.begun_anew(restarted=True)
        case State.ABANDONED:
            return refused(session, _refusal(session, Problem.SESSION_OVER))
        case State.LOCKED:
            return refused(session, _refusal(session, Problem.APPLICATION_LOCKED))
        case State.EXPIRED:
            return refused(session, _refusal(session, _expiry(session)))
        case _:
            return session


def _expiry(session: Session) -> Problem:
    """What expired: a code that was there, a verified session, or a request that nobody came to issue a code for."""
    if session.grant:
        return Problem.SESSION_OVER
    return Problem.CODE_EXPIRED if session.place is Place.CODE else Problem.UNAVAILABLE


def _refusal(session: Session, problem: Problem) -> Refused:
    return Refused(application_id=session.application_id or session.id, problem=problem)
