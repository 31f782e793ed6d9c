"""Where a person is in the form. Kept in an encrypted cookie (`http/session_cookie.py`), not on the server."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID, uuid4, uuid5

from pydantic import BaseModel, ConfigDict, Field

from services.gateway.journey.page import Milestone, Page
from services.gateway.journey.pending import Earlier, Pending
from shared.contracts.commands import AbandonApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.ids import derive_application_id
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain import reference
from shared.domain.form.verification_code import TRIES

IDLE = timedelta(minutes=30)
"""Time without a request after which confidential fields are no longer shown."""

CONFIDENTIAL = "importer_number"
"""The field of page 1 that may be a Social Security number."""

FORGOTTEN = timedelta(hours=24)
"""Time without a request after which even an unanswered command is given up; also from Submit to a session's end."""


class Session(BaseModel):
    """Where a person is, what they typed, and what to tell them next. Frozen: each change makes a new one."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True, cache_strings="keys")

    id: UUID = Field(default_factory=uuid4, description="Binds the pages' tokens to this browser.")
    former_id: UUID | None = Field(None, description="Its id before the right code: pages of that time still lead on.")
    seen_at: datetime
    milestone: Milestone = Milestone.REQUEST
    application_id: UUID | None = None
    command_id: UUID | None = Field(None, description="The last command that was answered.")
    request: dict[str, str] = Field(default_factory=dict, description="Page 1 as typed.")
    details: dict[str, str] = Field(default_factory=dict, description="Pages 3 and 4 as typed.")
    details_for: str = Field("", description="The importer of the details, if not the request's: the number as typed.")
    started_at: datetime | None = Field(None, description="When the accepted start was sent.")
    expires_at: datetime | None = Field(None, description="When the code expires.")
    tries_left: int | None = None
    sent_to: str = Field("", description="The point of contact's address, masked and still sealed; empty if not sent.")
    uniform: bool = Field(False, description="Whether the page must not tell if number and name matched.")
    emails: dict[EmailKind, EmailStatus] = Field(
        default_factory=dict, description="The status of each email when last asked."
    )
    asked_at: datetime | None = Field(None, description="When the workers told how far it is, until a page shows that.")
    grant: str = Field("", description="What the right code was exchanged for, still sealed.")
    details_until: datetime | None = None
    submitted_at: datetime | None = Field(None, description="When the details and the authorization were sent.")
    owner_name: str = Field("", description="The account owner's, as the submitted authorization shows it.")
    importer_masked: str = Field("", description="Once the account exists, all that is left of the importer number.")
    account: str = ""
    account_name: str = Field("", description="The account's name, still sealed; empty if not sent.")
    pending: Pending | None = None
    held: Pending | None = Field(None, description="The start that `request` was refused as, and that may pass later.")
    refused: Refused | None = Field(None, description="What the next page says, once.")
    restarted: bool = Field(False, description="Whether the next page confirms, once, that the request was dropped.")
    renewed: bool = Field(False, description="Whether the next page confirms, once, that there is more time.")
    earlier: Earlier | None = Field(None, description="The request that the pending start replaces once accepted.")
    closing: UUID | None = Field(None, description="An application to give up, once the broker has the command.")
    asked_anew: int = Field(0, description="How often a request for a new code was refused.")
    new_code: bool = Field(False, description="Whether the next code page says, once, that its code is new.")

    @property
    def page(self) -> Page:
        """The page that the person is on."""
        return Page.WAITING if self.pending else self.milestone.page

    @property
    def landing(self) -> Page:
        """The page that an answer leads to: the person's own, or page 1 if a new code needs human verification."""
        return Page.REQUEST if self.refused and self.needs_verification else self.page

    @property
    def needs_verification(self) -> bool:
        """Whether the request was refused until a person is verified, or has waited."""
        return self.held is not None and self.held.held_for is Problem.VERIFICATION_NEEDED

    @property
    def is_held(self) -> bool:
        """Whether the pending command waits, or has waited, until it may be sent."""
        return self.pending is not None and self.pending.held_until is not None

    @property
    def start_to_resume(self) -> Pending | None:
        """The start of `request` that waits, or that was refused and may pass later."""
        return self.held or (self.pending if self.is_held else None)

    @property
    def reason_to_wait(self) -> Refused | None:
        """The refusal of the held start, for as long as it is held."""
        held = self.held
        if held is None or held.held_for is None:
            return None
        id = derive_application_id(held.id)
        return Refused(application_id=id, problem=held.held_for, retry_at=held.held_until, ticket=held.ticket)

    @property
    def reference(self) -> str:
        """The request's reference; empty before there is a request."""
        return reference.derive(self.application_id) if self.application_id else ""

    @property
    def email(self) -> EmailStatus | None:
        """The status of the code's email when last asked."""
        return self.emails.get(EmailKind.VERIFICATION_CODE)

    @property
    def importer(self) -> str:
        """The importer whose details these are: the number as typed, or empty if unknown."""
        return self.details_for or self.request.get(CONFIDENTIAL, "")

    @property
    def tries(self) -> int:
        """How many tries are left."""
        return TRIES if self.tries_left is None else self.tries_left

    def count_code_seconds(self, now: datetime) -> int | None:
        """Seconds until the code expires, if that is known."""
        return max(0, int((self.expires_at - now).total_seconds())) if self.expires_at else None

    @property
    def details_over_at(self) -> datetime:
        """When the details page expires: 30 minutes after the last request, and after six hours in all."""
        idle = self.seen_at + IDLE
        return min(idle, self.details_until) if self.details_until else idle

    def measure_details_time(self, now: datetime) -> dict[str, int]:
        """Seconds until the details page expires unless a request comes, and until it expires in any case.

        These are seconds because a computer's clock may be wrong.
        """
        over, last = self.details_over_at, self.details_until or self.details_over_at
        return {"left": int((over - now).total_seconds()), "left_in_all": int((last - now).total_seconds())}

    @property
    def waiting_since(self) -> datetime | None:
        """When the wait began, if it is a worker's turn."""
        if self.pending:
            return self.pending.taken_at
        return {Milestone.ISSUING: self.started_at, Milestone.CREATING: self.submitted_at}.get(self.milestone)

    def count_waited_seconds(self, now: datetime) -> float:
        """Seconds that the person has waited for a worker, or for the emails that follow."""
        since = self.waiting_since or (self.started_at if self.has_code else self.submitted_at)
        return max(0.0, (now - since).total_seconds()) if since else 0.0

    @property
    def under_way(self) -> bool:
        """Whether there is a request that is neither given up nor done."""
        return self.application_id is not None and self.milestone is not Milestone.CONFIRMATION

    @property
    def submitted(self) -> bool:
        """Whether the details were sent, but the account does not exist yet. Nothing withdraws them."""
        taking = self.pending and self.pending.type == SubmitDetails.TYPE and self.pending.sent_at
        return self.milestone is Milestone.CREATING or bool(taking)

    @property
    def renewal(self) -> UUID:
        """Seeds the id of the next start for a new code: one command in all tabs, a different one after a refusal."""
        return uuid5(self.application_id or self.id, f"new code {self.asked_anew}")

    @property
    def has_code(self) -> bool:
        """Whether there is a code to enter."""
        return self.milestone is Milestone.CODE and self.pending is None

    def replace(self, **changes: object) -> Self:
        """Copies the session with these changes."""
        return self.model_copy(update=changes)

    def restart(self, **kept: object) -> "Session":
        """Starts over at page 1 in the same browser, with nothing but what is named."""
        return Session(id=self.id, former_id=self.former_id, seen_at=self.seen_at).replace(**kept)

    def request_new_code(self, application_id: UUID, pending: Pending, request: dict[str, str]) -> "Session":
        """Starts the same request again for a new code. The current code stays valid until that start is accepted."""
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

    def stop_holding(self) -> "Session":
        """Ends a wait before its time: back to where the request was sent. It can wait again."""
        held = self.pending if self.pending and self.pending.ticket else None
        if self.earlier:
            return self.return_to_earlier_code(None).replace(held=held)
        return self.restart(request=self.request, details=self.details, details_for=self.details_for, held=held)

    def return_to_earlier_code(self, refused: Refused | None) -> "Session":
        """Returns to the earlier request's code page, because the request that was to replace it does not go on."""
        assert self.earlier is not None  # noqa: S101
        going_on = {name: getattr(self.earlier, name) for name in Earlier.model_fields}
        kept = {"request": self.request, "details": self.details, "details_for": self.details_for}
        asked = {"asked_anew": self.asked_anew + 1, "refused": refused}
        return self.restart(milestone=Milestone.CODE, **going_on, **kept, **asked)

    def turn_back(self, problem: Problem, **kept: object) -> "Session":
        """Returns to page 1 because of a problem."""
        return self.restart(refused=Refused(application_id=self.application_id or self.id, problem=problem), **kept)

    def hide(self) -> dict[str, object]:
        """What to keep of it until another code for the same importer is entered. Nothing confidential is shown."""
        shown = {name: typed for name, typed in self.request.items() if self.grant and name != CONFIDENTIAL}
        return {"request": shown, "details": self.details, "details_for": self.importer}

    def clear_news(self) -> "Session":
        """Drops the news that a page has shown."""
        new_code = self.new_code and self.page is Page.WAITING
        return self.replace(refused=None, restarted=False, renewed=False, new_code=new_code, asked_at=None)

    def advance_to(self, now: datetime) -> "Session":
        """Applies the time limits: the code's own, and 30 minutes or six hours for the details.

        The details survive that, hidden until another code is entered, and so does page 1 except what is confidential.
        After a day nothing remains but the news that the session is over.
        """
        idle = now - self.seen_at
        current = self.replace(seen_at=now)
        if idle >= FORGOTTEN:
            return current.turn_back(Problem.SESSION_OVER) if self.under_way else current.restart()
        if self.submitted_at and not self.pending and now >= self.submitted_at + FORGOTTEN:
            return current.turn_back(Problem.SESSION_OVER)
        if self.pending or self.milestone in (Milestone.ISSUING, Milestone.CREATING):
            return current
        if self.milestone is Milestone.CODE:
            over = self.expires_at is not None and now >= self.expires_at
            return current.turn_back(Problem.CODE_EXPIRED, uniform=self.uniform) if over else current
        if self.milestone is Milestone.DETAILS:
            if now < self.details_over_at:
                return current
            return current.turn_back(Problem.SESSION_OVER, **self.hide())
        return current.restart(details=self.details, details_for=self.importer) if idle >= IDLE else current

    @property
    def leaving(self) -> bool:
        """Whether the person asked to go back, and the broker does not have the command yet."""
        return self.pending is not None and self.pending.type == AbandonApplication.TYPE
