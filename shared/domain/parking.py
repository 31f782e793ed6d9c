"""Marks on an application for its messages among the dead letters."""

from datetime import datetime
from uuid import UUID

from shared.contracts.commands import StartApplication
from shared.contracts.message import Message
from shared.domain.application import Application, Parked

MOST_MARKS = 100
"""Marks that an application keeps: far more than it has messages, so no hijacked service can fill its document."""


def mark_parked(
    application: Application | None,
    message: Message,
    message_id: UUID | None,
    *,
    sender: str,
    reason: str,
    now: datetime,
) -> Application | None:
    """The application with a mark for this message; None if there is no application to mark.

    A start command without a stored application creates a placeholder, so that its requester can be told.
    """
    if application is None and isinstance(message, StartApplication):
        application = Application.begin(
            message.application_id,
            gateway=sender,
            taken_at=min(message.taken_at, now),
            now=now,
            cause=message.name(),
        )
    if application is None or message_id is None or len(application.parked) >= MOST_MARKS:
        return None
    return application.park_message(Parked(message_id, message.name(), reason, now))
