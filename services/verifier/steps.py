"""What the verifier decides. Plain functions: everything they need is an argument."""

from dataclasses import replace

from services.verifier.codes import Codes
from services.verifier.parties import Parties
from shared.contracts.commands import AbandonApplication, CheckCode
from shared.contracts.events import ApplicationAccepted, CodeEmailRefused, CodeWithdrawn
from shared.contracts.message import Reply
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationAbandoned, NotYet, Refused
from shared.contracts.state import State
from shared.domain.application import TO_ISSUE, TO_SUBMIT, Application, Code
from shared.domain.decision import Decision, Situation
from shared.domain.errors import PermanentFailure
from shared.domain.history import SESSION_OVER
from shared.domain.lateness import clamp_entry_time


def issue_code(
    event: ApplicationAccepted, situation: Situation, parties: Parties | Problem | None, codes: Codes
) -> Decision:
    """Issues the code of an accepted application, unless nobody is waiting for it, or its record has changed."""
    application, now = situation.stored, situation.now
    if application is None:
        raise PermanentFailure("there is no such application")
    if application.state is not State.REQUESTED:
        return Decision()
    if now >= event.taken_at + TO_ISSUE:
        return Decision(application.move_to(State.EXPIRED, now, event.name()))
    if application.uniform and not isinstance(parties, Parties):  # its requester must not learn that
        return Decision(application.await_code(codes.issue_decoy(application.id, now), now, event.name()))
    if parties is None:
        raise PermanentFailure("the application has no request")
    if isinstance(parties, Problem):
        return Decision(application.reject(parties, now, event.name()))
    code, code_issued = codes.issue(application.id, parties, now, due_at=application.taken_at)
    awaiting = replace(application.await_code(code, now, event.name()), contact=parties.sealed_contact)
    return Decision(awaiting, follow_ups=(code_issued,))


def check_code(command: CheckCode, situation: Situation, codes: Codes) -> Decision:
    """Checks an entered code: verified, one try fewer, locked, or too late.

    The returned state counts the try, whatever the outcome. The processor stores it before it replies.
    """
    application, now, cause, id = situation.stored, situation.now, command.name(), command.application_id
    if application is None or application.state is State.REQUESTED:
        return Decision(reply=NotYet(application_id=id))
    code = application.code
    if not application.is_in(State.AWAITING_CODE, now) or code is None:
        return Decision(reply=Refused(application_id=id, problem=_explain_end(application)))
    entered = clamp_entry_time(command.taken_at, situation.arrived_at, code.issued_at)
    if entered >= code.expires_at:
        return _refuse_late(command, application, code, situation)
    application = application.count_try()
    if codes.matches(code, command, situation.user):
        grant, accepted = codes.grant(application, entered + TO_SUBMIT)
        return _leave(application.verify(grant, entered, now, cause), accepted)
    if application.tries_left == 0:
        locked = application.move_to(State.LOCKED, now, cause)
        return _leave(locked, Refused(application_id=id, problem=Problem.APPLICATION_LOCKED))
    wrong = Refused(application_id=id, problem=Problem.CODE_WRONG, tries_left=application.tries_left)
    return Decision(application, reply=wrong)


def _refuse_late(command: CheckCode, application: Application, code: Code, situation: Situation) -> Decision:
    """It is over. If the gateway took the code in time, it was our fault that it arrived too late."""
    ours = Problem.DELAYED if command.taken_at < code.expires_at else None
    reply = Refused(application_id=application.id, problem=ours or Problem.CODE_EXPIRED)
    expired = application.expire(situation.now, command.name(), ours)
    return Decision(reply=reply) if expired == application else _leave(expired, reply)


def _leave(changed: Application, reply: Reply | None = None) -> Decision:
    """The application no longer awaits its code, so the code mailer must not send it."""
    return Decision(changed, reply=reply, follow_ups=(CodeWithdrawn(application_id=changed.id),))


def _explain_end(application: Application) -> Problem:
    """Why the application no longer awaits a code."""
    reasons = {State.EXPIRED: Problem.CODE_EXPIRED, State.LOCKED: Problem.APPLICATION_LOCKED}
    if application.state is State.REJECTED and application.problem:
        return application.problem
    return reasons.get(application.state, Problem.SESSION_OVER)


def abandon_application(command: AbandonApplication, situation: Situation) -> Decision:
    """Closes an application that the person left. If it has not arrived yet, its start will find it closed.

    What was submitted goes on; that its session is over is noted, once.
    """
    application, now, cause, id = situation.stored, situation.now, command.name(), command.application_id
    done = ApplicationAbandoned(application_id=id)
    if application is None:
        taken_at = clamp_entry_time(command.taken_at, situation.arrived_at)
        begun = Application.begin(id, gateway=situation.user, taken_at=taken_at, now=now, cause=cause)
        return Decision(begun.move_to(State.ABANDONED, now, cause), reply=done)
    if application.state is State.AWAITING_CODE:
        return _leave(application.move_to(State.ABANDONED, now, cause), done)
    if application.state in (State.REQUESTED, State.VERIFIED):
        return Decision(application.move_to(State.ABANDONED, now, cause), reply=done)
    if application.state in (State.SUBMITTED, State.PROVISIONED, State.COMPLETED):
        noted = None if application.is_session_over else application.note(now, SESSION_OVER)
        return Decision(noted, reply=Refused(application_id=id, problem=Problem.SESSION_OVER))
    return Decision(reply=done)


def reject_application(event: CodeEmailRefused, situation: Situation) -> Decision:
    """Ends an application whose code nobody will ever read: the mail server refused the contact's address."""
    application = situation.stored
    if application is None:
        raise PermanentFailure("there is no such application")
    if application.state is not State.AWAITING_CODE:
        return Decision()
    if application.uniform:  # its requester must not learn that there is a contact
        return Decision(application.note(situation.now, event.name()))
    return _leave(application.reject(Problem.POC_EMAIL_REFUSED, situation.now, event.name()))
