"""What the notifier decides. Plain functions: everything they need is an argument.

Each is called twice: first to decide whether the email goes out, then to record how the hand-over went.
"""

from services.notifier.mailer import HandOverResult
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import CodeIssued, EmailDue
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.decision import Decision, Situation
from shared.domain.errors import PermanentFailure, TransientFailure

CODE = EmailKind.VERIFICATION_CODE


def send_code(event: CodeIssued, situation: Situation, handed_over: HandOverResult | None) -> Decision:
    """Sends the code email while the application awaits its code, then erases the sealed code.

    If the mail server refuses the recipient's address, the application ends: nobody will ever read the code. If the
    fault is ours, it does not: the person is told, and an operator may still replay the email.
    """
    application, now, cause = situation.stored, situation.now, event.name()
    if application is None:
        raise PermanentFailure("there is no such application")
    if handed_over is None:
        if application.state is not State.AWAITING_CODE:
            return Decision()
        if now >= event.expires_at:
            raise PermanentFailure("the code expired before its email could be handed over")
        return _claim(application, CODE, situation)
    settled = application.settle_email(CODE, handed_over.status, now, cause, handed_over.note, claim=handed_over.claim)
    status = settled.emails[CODE].status
    if status is EmailStatus.SENT:
        return Decision(settled.drop_code_email())
    if status is EmailStatus.REFUSED and settled.state is State.AWAITING_CODE:
        settled = settled.reject(Problem.POC_EMAIL_REFUSED, now, cause)
    return Decision(settled, failure=_failure(status, handed_over))


def send_email(event: EmailDue, situation: Situation, handed_over: HandOverResult | None) -> Decision:
    """Sends an email about a decided application."""
    application, kind = situation.stored, event.email
    if application is None:
        raise PermanentFailure("there is no such application")
    if handed_over is None:
        return _claim(application, kind, situation)
    settled = application.settle_email(
        kind, handed_over.status, situation.now, event.name(), handed_over.note, claim=handed_over.claim
    )
    return Decision(settled, failure=_failure(settled.emails[kind].status, handed_over))


def _failure(status: EmailStatus, handed_over: HandOverResult) -> TransientFailure | PermanentFailure | None:
    """Why to try an email with this status again, or park it."""
    if status is EmailStatus.SENT:
        return None
    if status is EmailStatus.SENDING:
        return TransientFailure("another notifier has claimed this email meanwhile")
    return handed_over.failure


def _claim(application: Application, kind: EmailKind, situation: Situation) -> Decision:
    """Claims the email for this process, unless it was sent or another process is sending it.

    Also clears the message's parked mark: if an operator replayed it, it is no longer among the dead letters.
    """
    email = application.emails.get(kind)
    if email and email.status is EmailStatus.SENT:
        return Decision()
    if email and email.leased_until and situation.now < email.leased_until:
        raise TransientFailure("another notifier is handing this email over")
    claimed = application.claim_email(kind, situation.now).unpark_message(situation.message_id)
    return Decision(claimed, effect=kind)
