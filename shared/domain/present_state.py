"""How an application and its emails stand at a moment: what is over by its time counts as over, whoever records it."""

from datetime import datetime

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.email import Email


def find_state(application: Application, now: datetime) -> State:
    """Its state now. The sweep records only minutes later that it has expired."""
    return State.EXPIRED if application.ends_at and now >= application.ends_at else application.state


def find_status(application: Application | None, kind: EmailKind, email: Email, now: datetime) -> EmailStatus | None:
    """An email's status now. None: its mailer died, so it is due again.

    A code email is withdrawn with its code, before its mailer hears of that.
    """
    is_open = email.status in (EmailStatus.SENDING, EmailStatus.DEFERRED)
    is_code_over = application is not None and find_state(application, now) is not State.AWAITING_CODE
    if is_open and kind is EmailKind.VERIFICATION_CODE and is_code_over:
        return EmailStatus.WITHDRAWN
    if email.status is EmailStatus.SENDING and not email.is_leased(now):
        return None
    return email.status
