"""Everything that happened to an application, in the order of time. Pure: no server, no clock."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.console.applications.summary import list_parked
from shared.contracts.email_kind import EmailKind
from shared.contracts.message import Reply
from shared.contracts.replies import Refused
from shared.domain.application import Application
from shared.domain.email import Email
from shared.storage.audit import LOOK_UP, AuditEntry


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    at: datetime
    kind: str
    """``state``, ``message``, ``email``, ``dead letter`` or ``operator``."""
    says: str
    more: str = ""
    """Why, as far as anybody said so: a cause, the mail server's words, an operator's reason."""


def list_events(
    application: Application, emails: Mapping[EmailKind, Email], audit: Iterable[AuditEntry]
) -> list[Event]:
    """The events, the earliest first. Look-ups are in the audit, not here."""
    found = [
        *(Event(entry.at, "state", entry.state.value, f"by {entry.cause}") for entry in application.history),
        *_list_messages(application),
        *_list_emails(emails),
        *(
            Event(parked.at, "dead letter", f"{parked.message} is a dead letter", parked.reason)
            for parked in list_parked(application, emails)
        ),
        *(
            Event(entry.at, "operator", f"{entry.who}: {entry.action} {entry.type}", entry.why or "")
            for entry in audit
            if entry.action != LOOK_UP
        ),
    ]
    return sorted(found, key=lambda event: event.at)


def _list_messages(application: Application) -> Iterator[Event]:
    """What messages led to, as far as it is still remembered: a week after the end it is forgotten."""
    for result in application.handled.values():
        sent = ", ".join(event.TYPE for event in result.follow_ups)
        if result.reply:
            yield Event(result.at, "message", f"answered {_describe_reply(result.reply)}", sent and f"sent {sent}")
        elif sent:
            yield Event(result.at, "message", f"sent {sent}")


def _describe_reply(reply: Reply) -> str:
    return f"{reply.TYPE}: {reply.problem}" if isinstance(reply, Refused) else reply.TYPE


def _list_emails(emails: Mapping[EmailKind, Email]) -> Iterator[Event]:
    for kind, email in emails.items():
        if email.sent_at and email.sent_at != email.at:
            yield Event(email.sent_at, "email", f"{kind}: sent")
        tries = f" (attempt {email.attempt})" if email.attempt > 1 else ""
        yield Event(email.at, "email", f"{kind}: {email.status}{tries}", email.reason or "")
