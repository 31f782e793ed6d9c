"""Asks the provisioner to send an email again. Only it can seal what the email says, so nothing else is published."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from services.console.dead_letters.audit_log import announce
from services.console.output.exit_codes import Unavailable
from shared import clock
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import ResendRequested
from shared.contracts.message import Event
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.email import Email, list_due
from shared.messaging import topology
from shared.security.redaction import redact
from shared.storage.audit import Audit, AuditEntry

RESENT_FOR = timedelta(days=30)
"""How long after its decision an application's emails can be sent again. Its addresses may be others' later."""


def make_resend_request(
    application: Application, kind: EmailKind, emails: Mapping[EmailKind, Email]
) -> ResendRequested:
    """The request for the next resend of this email. Its id is the same until a mailer has begun it."""
    email = emails.get(kind)
    return ResendRequested(application_id=application.id, email=kind, resend=email.resend + 1 if email else 1)


def find_waiting_resend(
    application: Application, kind: EmailKind, emails: Mapping[EmailKind, Email]
) -> datetime | None:
    """Since when this email's next resend is due; None if nobody asked for it, or its mailer has begun it."""
    asked = application.handled.get(make_resend_request(application, kind, emails).own_id)
    return asked.at if asked else None


def find_hindrance(
    application: Application, kind: EmailKind, emails: Mapping[EmailKind, Email], now: datetime
) -> str | None:
    """Why an email cannot be sent again, and what to do instead; None if it can."""
    email, due = emails.get(kind), list_due(application)
    if email and email.parked:
        cause = "the mail server refused its address" if email.status is EmailStatus.REFUSED else "see why"
        return f"it is among the dead letters ({cause}); once that is mended: acectl dead replay {email.parked}"
    if kind is EmailKind.VERIFICATION_CODE:
        if application.state is State.AWAITING_CODE:
            return "a code is emailed once: the person asks for a new one on the code page (Get a new code)"
        return f"its code is over: the application is {application.state}"
    if kind not in due:
        others = f"its emails are: {', '.join(due)}" if due else "it has no emails"
        return f"an application that is {application.state} has no such email; {others}"
    if now >= find_decision(application) + RESENT_FOR:
        return f"the application was decided more than {RESENT_FOR.days} days ago: reach the person in another way"
    if email is None or email.status in (EmailStatus.SENDING, EmailStatus.DEFERRED):
        said = f" ({email.status}{f': {email.reason}' if email.reason else ''})" if email else ""
        return f"it is not out yet, and goes out by itself{said}: see acectl queues and acectl doctor"
    id = make_resend_request(application, kind, emails).own_id
    if id in application.parked:
        return f"the request to send it again is among the dead letters; see why, then: acectl dead replay {id}"
    return None


def find_decision(application: Application) -> datetime:
    """When the application came into its state: its emails are due since then."""
    return next(entry.at for entry in application.history if entry.state is application.state)


async def request_resend(
    publish: Callable[[Event], Awaitable[None]], audit: Audit, request: ResendRequested, *, operator: str, why: str
) -> None:
    """Records the request in the audit log, then publishes it.

    Raises:
        Unavailable: the broker did not confirm it, which is recorded too.
        TransientFailure: the database is away, so nothing was published.

    """
    entry = AuditEntry(
        at=clock.now(),
        who=operator,
        action="resend",
        queue=topology.find_queue(ResendRequested).name,
        message_id=str(request.own_id),
        type=request.TYPE,
        application=request.application_id,
        cause=f"the email {request.email}",
        why=redact(why),
    )
    announce(entry, "email")
    await audit.add([entry])
    try:
        await publish(request)
    except Unavailable:
        await audit.add([replace(entry, at=clock.now(), action="not-resent")])
        raise
