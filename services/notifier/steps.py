"""What the notifier decides. Plain functions: everything they need is an argument.

An email is decided twice: first whether it goes out, then how the hand-over went.
"""

from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from services.notifier.mailer import HandOverResult
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import (
    CodeEmailRefused,
    CodeIssued,
    CodeWithdrawn,
    DigestDue,
    EmailDue,
    EmailRefused,
    EmailsSent,
)
from shared.contracts.message import Event
from shared.domain.decision import Decision, Situation
from shared.domain.email import EMAILS_TO_COMPLETE, LEASE, Email, Emails
from shared.domain.errors import PermanentFailure, TransientFailure

CODE = EmailKind.VERIFICATION_CODE


def send_code(event: CodeIssued, situation: Situation[Emails], handed_over: HandOverResult | None) -> Decision[Emails]:
    """Sends the code email, unless its code was withdrawn or has expired, or its recipient was refused for good."""
    email = situation.stored and situation.stored.by_kind.get(CODE)
    if handed_over is None and email and email.status is EmailStatus.REFUSED:  # it came again before it was parked
        refused = _describe_refusal(event.application_id, CODE, email.attempt)
        return Decision(follow_ups=(refused,), failure=PermanentFailure(email.reason or "its address was refused"))
    decision = _send(event, CODE, situation, handed_over)
    if decision.effect and situation.now >= event.expires_at:
        raise PermanentFailure("the code expired before its email could be handed over")
    return decision


def send_email(event: EmailDue, situation: Situation[Emails], handed_over: HandOverResult | None) -> Decision[Emails]:
    """Sends an email about a decided application."""
    return _send(event, event.email, situation, handed_over, event.resend)


def send_digest(event: DigestDue, situation: Situation[Emails], handed_over: HandOverResult | None) -> Decision[Emails]:
    """Sends the digest of requests without a code. It is about no application, so nobody is told of a refusal."""
    decision = _send(event, EmailKind.REQUESTS_DIGEST, situation, handed_over)
    if decision.effect and situation.now >= event.deadline:
        raise PermanentFailure("the digest is no news any more")
    return replace(decision, follow_ups=())


def withdraw_code(event: CodeWithdrawn, situation: Situation[Emails], _: None) -> Decision[Emails]:
    """Records that the code email is not needed any more, even if it is not due yet."""
    emails = situation.stored or Emails(event.application_id)
    withdrawn = emails.withdraw(CODE, situation.now)
    return Decision(withdrawn if withdrawn.changed else None)


def _send(
    event: Event, kind: EmailKind, situation: Situation[Emails], handed_over: HandOverResult | None, resend: int = 0
) -> Decision[Emails]:
    emails, now = situation.stored or Emails(event.application_id), situation.now
    email = emails.by_kind.get(kind)
    if email and email.is_done(resend):
        return Decision(follow_ups=_announce_completion(kind, emails))
    if handed_over is None:
        return _claim(emails, kind, now, resend)
    if email is None:
        return Decision(failure=TransientFailure("the record of this email's claim is gone"))
    recorded = emails.record(kind, handed_over.status, now, attempt=handed_over.attempt, reason=handed_over.note)
    if not recorded.changed:
        if email.status is EmailStatus.WITHDRAWN:
            return Decision()
        until = _find_end_of_lease(email, now)
        return Decision(failure=TransientFailure("another mailer has claimed this email meanwhile", until=until))
    refused = _describe_refusal(emails.id, kind, handed_over.attempt)
    return Decision(
        recorded,
        follow_ups=(refused,) if handed_over.status is EmailStatus.REFUSED else (),
        follow_ups_after=partial(_announce_completion, kind),
        failure=handed_over.failure,
    )


def _describe_refusal(application_id: UUID, kind: EmailKind, attempt: int) -> Event:
    if kind is CODE:
        return CodeEmailRefused(application_id=application_id, attempt=attempt)
    return EmailRefused(application_id=application_id, email=kind, attempt=attempt)


def _announce_completion(kind: EmailKind, emails: Emails) -> tuple[Event, ...]:
    """What follows once both emails to the requester are out. A repeated delivery of one of them says it again.

    No other email does. A code email's event may come again later, and completing is not the code mailer's to say.
    """
    if kind not in EMAILS_TO_COMPLETE or not emails.are_complete:
        return ()
    return (EmailsSent(application_id=emails.id),)


def _claim(emails: Emails, kind: EmailKind, now: datetime, resend: int) -> Decision[Emails]:
    """Claims the email for this process, unless it was withdrawn, or another process is sending it."""
    email = emails.by_kind.get(kind)
    if email and email.status is EmailStatus.WITHDRAWN:
        return Decision()
    if email and email.is_leased(now):
        until = _find_end_of_lease(email, now)
        raise TransientFailure("another mailer is handing this email over", until=until)
    return Decision(emails.claim(kind, now, resend), effect=kind)


def _find_end_of_lease(email: Email, now: datetime) -> datetime:
    """When another mailer's lease ends. Its clock may be ahead of ours."""
    return min(email.leased_until or now, now + LEASE)
