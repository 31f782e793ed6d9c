"""Where a person is in the form. It travels in an encrypted cookie (`http/session_cookie.py`), not on the server."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid4, uuid5

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.journey.page import Milestone, Page
from services.gateway.journey.pending import Earlier, Pending
from shared.contracts.commands import AbandonApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain import reference
from shared.domain.application import TO_ISSUE
from shared.domain.verification_code import TRIES

IDLE = timedelta(minutes=30)
"""Time without a request after which whoever sits there now is shown nothing confidential any more."""

CONFIDENTIAL = "importer_number"
"""The field of page 1 that may be a Social Security number."""

FORGOTTEN = timedelta(hours=24)
"""Time without a request after which even an unanswered command is no longer waited for."""


class Session(BaseModel):
    """Where a person stands, what they typed, and what they are owed. Frozen: each change is a new one."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    id: UUID = Field(default_factory=uuid4, description="Binds the pages' tokens to this browser.")
    seen_at: datetime
    milestone: Milestone = Milestone.REQUEST
    application_id: UUID | None = None
    command_id: UUID | None = Field(None, description="The last command that was answered.")
    request: dict[str, str] = Field(default_factory=dict, description="Page 1 as typed.")
    details: dict[str, str] = Field(default_factory=dict, description="Pages 3 and 4 as typed.")
    details_for: str = Field("", description="The importer's number as typed, where details are not the request's own.")
    started_at: datetime | None = Field(None, description="When the start that was accepted was sent.")
    expires_at: datetime | None = Field(None, description="Until when the code is valid.")
    tries_left: int | None = None
    sent_to: str = Field("", description="The point of contact's address, masked and still sealed; empty: not told.")
    emails: dict[EmailKind, EmailStatus] = Field(
        default_factory=dict, description="How far each email was when last asked."
    )
    grant: str = Field("", description="What the right code was answered with, still sealed.")
    details_until: datetime | None = None
    submitted_at: datetime | None = Field(None, description="When the details and the authorization were sent.")
    owner_name: str = Field("", description="The account owner's, as the authorization that was sent shows it.")
    account: str = ""
    account_name: str = Field("", description="The name that the account carries, still sealed; empty: not told.")
    pending: Pending | None = None
    refused: Refused | None = Field(None, description="What the next page has to say, once.")
    restarted: bool = Field(False, description="Whether the next page confirms that the request was dropped, once.")
    renewed: bool = Field(False, description="Whether the next page confirms that there is more time, once.")
    earlier: Earlier | None = Field(None, description="Whose place the pending start takes once it is accepted.")
    closing: UUID | None = Field(None, description="An application to be given up, which the broker has yet to take.")
    asked_anew: int = Field(0, description="How often a new code was asked for, and refused.")
    new_code: bool = Field(False, description="Whether the next code page says that its code is a new one, once.")

    @property
    def page(self) -> Page:
        """The page that the person is on."""
        return Page.WAITING if self.pending else self.milestone.page

    @property
    def reference(self) -> str:
        """What the request is called, or nothing before there is one."""
        return reference.derive(self.application_id) if self.application_id else ""

    @property
    def email(self) -> EmailStatus | None:
        """How far the email with the code was when last asked."""
        return self.emails.get(EmailKind.VERIFICATION_CODE)

    @property
    def importer(self) -> str:
        """Whose details these are: the number as typed, or nothing where it is not known."""
        return self.details_for or self.request.get(CONFIDENTIAL, "")

    @property
    def tries(self) -> int:
        """How many codes may still be entered."""
        return TRIES if self.tries_left is None else self.tries_left

    def code_seconds_left(self, now: datetime) -> int | None:
        """Seconds that the code is valid for, where it is known until when."""
        return max(0, int((self.expires_at - now).total_seconds())) if self.expires_at else None

    @property
    def details_over_at(self) -> datetime:
        """When the details page is over unless a request comes before: after 30 minutes, and six hours in all."""
        idle = self.seen_at + IDLE
        return min(idle, self.details_until) if self.details_until else idle

    @property
    def under_way(self) -> bool:
        """Whether there is a request that is neither given up nor done."""
        return self.application_id is not None and self.milestone is not Milestone.CONFIRMATION

    @property
    def submitted(self) -> bool:
        """Whether the details are on their way or taken, and the account is not there yet: nothing withdraws them."""
        taking = self.pending and self.pending.type == SubmitDetails.TYPE and self.pending.sent_at
        return self.milestone is Milestone.CREATING or bool(taking)

    @property
    def renewal(self) -> UUID:
        """What makes the next start for a new code one command: the same in all tabs, another one after a refusal."""
        return uuid5(self.application_id or self.id, f"new code {self.asked_anew}")

    @property
    def has_code(self) -> bool:
        """Whether there is a code that goes on."""
        return self.milestone is Milestone.CODE and self.pending is None

    def replace(self, **changes: object) -> Self:
        """The session with these changes."""
        return self.model_copy(update=changes)

    def restart(self, **kept: object) -> "Session":
        """The same browser at page 1, with nothing but what is named."""
        return Session(id=self.id, seen_at=self.seen_at).replace(**kept)

    def request_new_code(self, application_id: UUID, pending: Pending, request: dict[str, str]) -> "Session":
        """The same request begun again, for a new code. The code there is goes on until that start is accepted."""
        earlier = Earlier(**{name: getattr(self, name) for name in Earlier.model_fields})
        return self.restart(
            application_id=application_id,
            pending=pending,
            request=request,
            details=self.details,
            details_for=self.details_for,
            earlier=earlier,
            asked_anew=self.asked_anew,
        )

    def return_to_earlier_code(self, refused: Refused) -> "Session":
        """Back at the code page of the request whose place the refused one was to take."""
        assert self.earlier is not None  # noqa: S101
        going_on = {name: getattr(self.earlier, name) for name in Earlier.model_fields}
        kept = {"request": self.request, "details": self.details, "details_for": self.details_for}
        asked = {"asked_anew": self.asked_anew + 1, "refused": refused}
        return self.restart(milestone=Milestone.CODE, **going_on, **kept, **asked)

    def turn_back(self, problem: Problem, **kept: object) -> "Session":
        """Back at page 1 because of a problem."""
        return self.restart(refused=Refused(application_id=self.application_id or self.id, problem=problem), **kept)

    def clear_news(self) -> "Session":
        """The session after its news were shown."""
        new_code = self.new_code and self.page is Page.WAITING
        return self.replace(refused=None, restarted=False, renewed=False, new_code=new_code)

    def advance_to(self, now: datetime) -> "Session":
        """The session as it stands now: a code is over at its time, the details after 30 minutes or six hours.

        Details outlast it, shown to nobody until another code was entered; so does of page 1 what is not confidential.
        After a day nothing is left but the news that it is over.
        """
        idle = now - self.seen_at
        current = self.replace(seen_at=now)
        if idle >= FORGOTTEN:
            return current.turn_back(Problem.SESSION_OVER) if self.under_way else current.restart()
        if self.pending or self.milestone in (Milestone.ISSUING, Milestone.CREATING):
            return current
        if self.milestone is Milestone.CODE:
            over = self.expires_at is not None and now >= self.expires_at
            return current.turn_back(Problem.CODE_EXPIRED) if over else current
        if self.milestone is Milestone.DETAILS:
            if now < self.details_over_at:
                return current
            shown = {name: typed for name, typed in self.request.items() if name != CONFIDENTIAL}
            kept = {"details": self.details, "details_for": self.importer}
            return current.turn_back(Problem.SESSION_OVER, request=shown, **kept)
        return current.restart(details=self.details, details_for=self.importer) if idle >= IDLE else current

    def stop_waiting_for_code(self, now: datetime) -> "Session":
        """The session where there is no code yet: back at page 1 once none will be issued any more."""
        if self.milestone is not Milestone.ISSUING or self.started_at is None or now < self.started_at + TO_ISSUE:
            return self
        return self.turn_back(Problem.UNAVAILABLE, request=self.request, details=self.details)

    @property
    def leaving(self) -> bool:
        """Whether the person asked to go back, and the broker has yet to take it."""
        return self.pending is not None and self.pending.type == AbandonApplication.TYPE
