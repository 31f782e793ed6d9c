"""Applications that should have moved on but have not: why, and what to do. Pure: no server, no clock."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.console.applications.summary import choose_event, list_parked
from services.console.dead_letters.prospects import Prospect, helps_until, judge_replay
from services.console.emails.resend import find_waiting_resend
from services.console.output.formatting import format_time
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import ApplicationAccepted, ApplicationSubmitted, EmailsSent
from shared.contracts.state import State
from shared.domain.application import SWEPT_AFTER, Application
from shared.domain.email import EMAILS_TO_COMPLETE, Email, Emails, list_due
from shared.domain.present_state import find_state
from shared.messaging.topology import WORK_QUEUES, WorkQueue, find_queue

PATIENCE = timedelta(minutes=1)
"""How long a worker's turn may take before somebody should look: it takes less than a second."""

UNSWEPT = SWEPT_AFTER + timedelta(minutes=10)
"""How long after its end an application may be open: several times as long as the sweep takes."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong with an application."""

    why: str
    since: datetime
    to_do: str
    together: str | None = None
    """What to do about all that have the same cause, where that differs."""
    must_start_over: bool = False
    """Whether nothing can help the person any more but to begin anew."""


def list_findings(application: Application, emails: Mapping[EmailKind, Email], now: datetime) -> list[Finding]:
    """Everything wrong with an application; empty if it is moving, or waiting for a person."""
    return [
        *_check_parked(application, emails, now),
        *_check_turns(application, now),
        *_check_emails(application, emails, now),
        *_check_sweep(application, now),
    ]


def _check_parked(application: Application, emails: Mapping[EmailKind, Email], now: datetime) -> Iterator[Finding]:
    for parked in list_parked(application, emails):
        comes_to = judge_replay(parked.message, application, now, emails)
        queue = next((queue.name for queue in WORK_QUEUES if queue.message.name() == parked.message), "QUEUE")
        if comes_to is Prospect.HELPS:
            until = helps_until(parked.message, application)
            last = f" before {format_time(until)}" if until else ""
            to_do = f"fix the cause{last}, then: acectl dead replay {parked.message_id}"
            together = f"fix the cause, then: acectl dead replay --queue {queue}"
        else:
            to_do = f"a replay cannot help ({comes_to}): acectl dead discard {parked.message_id} --reason TEXT"
            together = f"a replay cannot help: acectl dead discard --hopeless --queue {queue} --reason TEXT"
        why = f"{parked.message} is parked: {parked.reason}"
        yield Finding(why, parked.at, to_do, together, comes_to is Prospect.TOO_LATE)


def _check_turns(application: Application, now: datetime) -> Iterator[Finding]:
    """Steps that a worker should have taken by now."""
    since = application.history[-1].at if application.history else application.taken_at
    if now - since < PATIENCE or application.parked:
        return
    if application.state is State.REQUESTED and not application.is_placeholder:
        if application.ends_at and now >= application.ends_at:
            yield Finding(
                "no code was issued within the hour", since, "ask the person to start over", must_start_over=True
            )
        else:
            yield _report_overdue("no code is issued", since, find_queue(ApplicationAccepted))
    elif application.state is State.SUBMITTED:
        yield _report_overdue("no account is created", since, find_queue(ApplicationSubmitted))


def _check_emails(application: Application, emails: Mapping[EmailKind, Email], now: datetime) -> Iterator[Finding]:
    since = application.history[-1].at if application.history else application.taken_at
    for kind, email in emails.items():
        if kind is EmailKind.VERIFICATION_CODE and find_state(application, now) is not State.AWAITING_CODE:
            continue  # nobody is waiting for it
        if found := _check_email(kind, email, now):
            yield found
    for kind in list_due(application):
        if kind not in emails and now - since >= PATIENCE and not application.parked:
            yield _report_overdue(f"the email {kind} is not sent", since, find_queue(choose_event(kind)))
    for kind in emails:
        asked_at = find_waiting_resend(application, kind, emails)
        if asked_at and now - asked_at >= PATIENCE:
            yield _report_overdue(f"the email {kind} is not sent again", asked_at, find_queue(choose_event(kind)))
    if application.state is State.PROVISIONED and Emails(application.id, dict(emails.items())).are_complete:
        sent_at = max(at for kind in EMAILS_TO_COMPLETE if (at := emails[kind].sent_at))
        if now - sent_at >= PATIENCE and not application.parked:
            what = "its emails are out, but it is not completed"
            yield _report_overdue(what, sent_at, find_queue(EmailsSent))


def _check_email(kind: EmailKind, email: Email, now: datetime) -> Finding | None:
    said = f": {email.reason}" if email.reason else ""
    if email.status is EmailStatus.DEFERRED:
        again = "it will be tried again; check the mail server (acectl doctor)"
        return Finding(f"the mail server deferred the email {kind}{said}", email.at, again)
    if email.status is EmailStatus.REFUSED:
        back = f"the address must be corrected: acectl dead list --queue {find_queue(choose_event(kind)).name}"
        return Finding(f"the mail server refused the address of the email {kind}{said}", email.at, back)
    if email.status is EmailStatus.PARKED and email.parked is None:
        gone = "its dead letter is gone or not known: acectl dead list; else acectl emails resend"
        return Finding(f"the email {kind} was parked{said}", email.at, gone)
    if email.status is EmailStatus.SENDING and (email.leased_until is None or now >= email.leased_until):
        died = "its mailer died; it goes out when its message is delivered again: acectl queues"
        return Finding(f"the email {kind} was started but not finished", email.at, died)
    return None


def _check_sweep(application: Application, now: datetime) -> Iterator[Finding]:
    if application.ends_at and now >= application.ends_at + UNSWEPT:
        yield Finding(
            "it has ended but was not closed",
            application.ends_at,
            "start the verifier, which sweeps: acectl doctor says how",
        )


def _report_overdue(what: str, since: datetime, queue: WorkQueue) -> Finding:
    to_do = f"start {queue.program} if it is not running (acectl doctor); else: acectl dead list --queue {queue.name}"
    return Finding(what, since, to_do)


def sum_up(findings: Iterable[Iterable[Finding]]) -> str:
    """How many are stuck, whom that can still be mended for, and who has to begin anew: one sentence about all."""
    lost = [any(finding.must_start_over for finding in each) for each in findings]
    stuck = "1 application is stuck" if len(lost) == 1 else f"{len(lost):,} applications are stuck"
    if not any(lost):
        return f"{stuck}; all can still be helped"
    people = "1 person must begin anew" if sum(lost) == 1 else f"{sum(lost):,} people must begin anew"
    return f"{stuck}: {len(lost) - sum(lost):,} can still be helped, {people}"
