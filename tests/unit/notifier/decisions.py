"""Emails at each status, and decisions about them."""

from datetime import datetime
from uuid import uuid4

from services.notifier import steps
from services.notifier.mailer import HandOverResult
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import CodeIssued, CodeWithdrawn, EmailDue
from shared.domain.decision import Decision, Situation
from shared.domain.email import Emails
from tests.support.applications import EXPIRES, ID, NOW

CODE, READY = EmailKind.VERIFICATION_CODE, EmailKind.ACCOUNT_READY


SEALED = "k1." + "A" * 60


CODE_ISSUED = CodeIssued(application_id=ID, content=SEALED, due_at=NOW, expires_at=EXPIRES)


SENT = HandOverResult(EmailStatus.SENT, attempt=1)


DEFERRED = HandOverResult(EmailStatus.DEFERRED, "the mail server wants the email later (450 at RCPT)", 450, attempt=1)


REFUSED = HandOverResult(EmailStatus.REFUSED, "the mail server refuses the address for good", 550, attempt=1)


PARKED = HandOverResult(EmailStatus.PARKED, "the email cannot be written: no key has the id k1", attempt=1)


FAILED = (DEFERRED, REFUSED, PARKED)


NOTHING = Emails(ID)


NOTHING_TO_DO: Decision[Emails] = Decision()


def send(
    kind: EmailKind,
    emails: Emails | None,
    handed_over: HandOverResult | None = None,
    now: datetime = NOW,
    resend: int = 0,
) -> Decision[Emails]:
    situation = Situation(emails, uuid4(), "sender", now)
    if kind is CODE:
        return steps.send_code(CODE_ISSUED, situation, handed_over)
    due = EmailDue(application_id=ID, email=kind, content=SEALED, due_at=NOW, resend=resend)
    return steps.send_email(due, situation, handed_over)


def withdraw(emails: Emails | None) -> Decision[Emails]:
    return steps.withdraw_code(CodeWithdrawn(application_id=ID), Situation(emails, uuid4(), "verifier", NOW), None)


def stored(decision: Decision[Emails]) -> Emails:
    """What is stored after a decision."""
    assert decision.changed
    return Emails(ID, decision.changed.by_kind)


def with_status(status: EmailStatus, kind: EmailKind = CODE, emails: Emails = NOTHING) -> Emails:
    """An email that was claimed once and has this status."""
    claimed = stored(send(kind, emails))
    if status is EmailStatus.SENDING:
        return claimed
    if status is EmailStatus.WITHDRAWN:
        return stored(withdraw(claimed))
    return stored(send(kind, claimed, HandOverResult(status, "because", attempt=1)))
