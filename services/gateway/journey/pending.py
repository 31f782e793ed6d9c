"""What a session waits for, and the earlier request whose code stays valid meanwhile."""

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.commands import NetworkTag
from shared.contracts.email_kind import EmailKind, EmailStatus

PATIENCE = timedelta(minutes=1)
"""Time after which a confirmed command is sent again for the first time."""


class Pending(BaseModel):
    """A command that has no answer yet. With the session's fields it can be built again."""

    model_config = ConfigDict(frozen=True)

    type: str
    id: UUID
    taken_at: datetime
    sent_at: datetime | None = Field(None, description="When the broker last confirmed it. Unset: to be sent.")
    code: str = Field("", description="With check-code: the code entered, in its normal form.")
    networks: tuple[NetworkTag, ...] = Field((), description="With start-application: tags of the visitor's networks.")
    held_until: datetime | None = Field(None, description="When it may be sent, if human verification is a wait.")

    def count_seconds_held(self, now: datetime) -> int:
        """Seconds until it may be sent, rounded up."""
        return max(0, ceil((self.held_until - now).total_seconds())) if self.held_until else 0

    def is_due(self, now: datetime) -> bool:
        """Whether to send it (again): it is not confirmed, or has waited too long for an answer, longer each time.

        Workers recognize a repeat by its id. A repeat helps if the answer that was lost changed nothing: workers do not
        record those.
        """
        return self.sent_at is None or now - self.sent_at >= max(PATIENCE, self.sent_at - self.taken_at)


class Earlier(BaseModel):
    """A request whose code stays valid while a new one is asked for: everything its code page needs."""

    model_config = ConfigDict(frozen=True)

    application_id: UUID
    command_id: UUID | None
    started_at: datetime | None
    expires_at: datetime | None
    tries_left: int | None
    sent_to: str
    emails: dict[EmailKind, EmailStatus]
