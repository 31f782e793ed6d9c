"""What a session waits for, and the earlier request whose code stays valid meanwhile."""

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.commands import NetworkTag, StartApplication
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused

PATIENCE = timedelta(minutes=1)
"""Time after which a confirmed command is sent again for the first time."""

SKEW = timedelta(seconds=1)
"""Added to the time that intake states: its clock may be a little behind ours."""

AGAIN = timedelta(seconds=5)
"""The least time before a start that came too early is sent again, whatever the clocks say."""


class Pending(BaseModel):
    """A command that has no answer yet. With the session's fields it can be built again."""

    model_config = ConfigDict(frozen=True, cache_strings="keys")

    type: str
    id: UUID
    taken_at: datetime
    sent_at: datetime | None = Field(None, description="When the broker last confirmed it. Unset: to be sent.")
    code: str = Field("", description="With check-code: the code entered, in its normal form.")
    networks: tuple[NetworkTag, ...] = Field((), description="With start-application: tags of the visitor's networks.")
    verified_by: str | None = Field(None, description="With start-application: the human verification passed.")
    waits: bool = Field(False, description="With start-application: a wait stands in for human verification.")
    ticket: str | None = Field(None, description="With start-application: from the refusal that told it to wait.")
    held_for: Problem | None = Field(None, description="With a ticket: the problem of that refusal.")
    held_until: datetime | None = Field(None, description="When it may be sent, if it has to wait.")

    def count_seconds_held(self, now: datetime) -> int:
        """Seconds that people are told to wait until it is sent, rounded up."""
        return max(0, ceil((self.held_until - now).total_seconds())) if self.held_until else 0

    def is_held(self, now: datetime) -> bool:
        """Whether it must not be sent yet."""
        return self.held_until is not None and now < self.held_until + (SKEW if self.ticket else timedelta())

    def is_due(self, now: datetime) -> bool:
        """Whether to send it (again): it is not confirmed, or has waited too long for an answer, longer each time.

        Never before its wait is over. Workers recognize a repeat by its id. A repeat helps if the answer that was lost
        changed nothing: workers do not record those.
        """
        if self.is_held(now):
            return False
        return self.sent_at is None or now - self.sent_at >= max(PATIENCE, self.sent_at - self.taken_at)

    def release(self, now: datetime) -> "Pending":
        """The command once its wait is over. It counts from now on."""
        return self.model_copy(update={"held_until": None, "taken_at": now})

    def pass_check(self, verified_by: str | None, now: datetime) -> "Pending":
        """A held start whose human verification was passed: it waits no longer."""
        return self.release(now).model_copy(update={"verified_by": verified_by, "waits": False})

    def wait(self) -> "Pending":
        """A held start that waits for its time."""
        return self.model_copy(update={"waits": True})

    def hold(self, refusal: Refused) -> "Pending | None":
        """The start that was refused for now, as it may be sent later; `None` if this refusal lets nothing pass."""
        if self.type != StartApplication.TYPE or refusal.ticket is None or refusal.retry_at is None:
            return None
        until = refusal.retry_at
        if self.ticket:
            until = max(until, self.taken_at + AGAIN)
        held = {"ticket": refusal.ticket, "held_for": refusal.problem, "held_until": until}
        return self.model_copy(update={**held, "taken_at": until, "sent_at": None})

    def waits_by_itself(self, refusal: Refused) -> bool:
        """Whether nobody has to be asked to wait for this: they do so already, or verification did not help."""
        if refusal.problem is Problem.VERIFICATION_NEEDED:
            return self.waits or self.verified_by is not None
        return self.held_for is refusal.problem


class Earlier(BaseModel):
    """A request whose code stays valid while a new one is asked for: everything its code page needs."""

    model_config = ConfigDict(frozen=True, cache_strings="keys")

    application_id: UUID
    command_id: UUID | None
    started_at: datetime | None
    expires_at: datetime | None
    tries_left: int | None
    sent_to: str
    uniform: bool = False
    emails: dict[EmailKind, EmailStatus]
