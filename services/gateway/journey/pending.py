"""What a session still waits for, and the code that goes on meanwhile."""

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.email_kind import EmailKind, EmailStatus

PATIENCE = timedelta(minutes=1)
"""Time after which a command that the broker confirmed is sent again, the first time."""


class Pending(BaseModel):
    """A command whose answer is not here yet. With the session's fields it can be built again, for its broker."""

    model_config = ConfigDict(frozen=True)

    type: str
    id: UUID
    taken_at: datetime
    sent_at: datetime | None = Field(None, description="When the broker last confirmed it; unset: not yet, or again.")
    code: str = Field("", description="With check-code: the code entered, in its normal form.")
    held_until: datetime | None = Field(None, description="When it may be sent, where human verification is a wait.")

    def seconds_held(self, now: datetime) -> int:
        """Seconds until it may be sent, the begun one counted."""
        return max(0, ceil((self.held_until - now).total_seconds())) if self.held_until else 0

    def is_due(self, now: datetime) -> bool:
        """Whether to send it (again): the broker has not confirmed it, or nothing came of it for as long as before.

        A repeat is recognized by its id. It helps where an answer that changed nothing was lost: such are not recorded.
        """
        return self.sent_at is None or now - self.sent_at >= max(PATIENCE, self.sent_at - self.taken_at)


class Earlier(BaseModel):
    """A request whose code goes on while a new one is asked for: all that its code page needs."""

    model_config = ConfigDict(frozen=True)

    application_id: UUID
    command_id: UUID | None
    started_at: datetime | None
    expires_at: datetime | None
    tries_left: int | None
    sent_to: str
    emails: dict[EmailKind, EmailStatus]
