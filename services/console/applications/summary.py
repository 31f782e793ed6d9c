"""An application in one line. Loads no more than a list needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.contracts.email_kind import EmailKind
from shared.contracts.events import CodeIssued, EmailDue
from shared.domain.application import Application, Parked
from shared.domain.email import Email
from shared.domain.present_state import find_state


def list_parked(application: Application, emails: Mapping[EmailKind, Email]) -> list[Parked]:
    """The application's messages among the dead letters, those of its emails included."""
    of_emails = [
        Parked(email.parked, choose_event(kind).name(), email.reason or "", email.at)
        for kind, email in emails.items()
        if email.parked
    ]
    return [*application.parked.values(), *of_emails]


def choose_event(kind: EmailKind) -> type[CodeIssued | EmailDue]:
    """The event that makes a mailer send this email."""
    return CodeIssued if kind is EmailKind.VERIFICATION_CODE else EmailDue


def summarize(application: Application, emails: Mapping[EmailKind, Email], now: datetime) -> dict[str, Any]:
    """An application in one line, as it is now."""
    return {
        "reference": application.reference,
        "state": find_state(application, now).value,
        "taken_at": application.taken_at,
        "changed_at": application.history[-1].at if application.history else None,
        "problem": application.problem.value if application.problem else None,
        "parked": len(list_parked(application, emails)),
        "account": application.account,
    }
