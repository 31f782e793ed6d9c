"""An application: all of its data, and what may happen to it next.

It is frozen: each method returns a changed copy. All personal data in it is sealed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.problem import Problem
from shared.contracts.state import FOLLOWERS, State
from shared.domain import reference
from shared.domain.email import ENDED, LEASE, Email
from shared.domain.form.verification_code import TRIES
from shared.domain.handled_result import HandledResult

RETRIED_FOR = timedelta(hours=24)
"""How long a message, even a command taken in time, may be on its way before it is parked, retries included."""

TO_ISSUE = timedelta(hours=1)
"""How long after the start a code may still be issued. Later, nobody is waiting for it."""

TO_SUBMIT = timedelta(hours=6)
"""How long after the right code the details may be submitted."""

EMAILS_TO_COMPLETE = (EmailKind.IMPORTER_VIEW_CONFIRMED, EmailKind.ACCOUNT_READY)


@dataclass(frozen=True)
class Transition:
    """An entry in an application's history. The cause is a message's name, or ``sweep``."""

    state: State
    at: datetime
    cause: str


@dataclass(frozen=True)
class Code:
    """An issued code: only its HMAC is kept."""

    mac: str
    issued_at: datetime
    expires_at: datetime
    tries: int = 0


@dataclass(frozen=True)
class Parked:
    """Marks that a message about this application is among the dead letters."""

    message_id: UUID
    message: str
    reason: str
    at: datetime
    email: EmailKind | None = None
    """The email that does not go out because of it."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """One importer's application for an account."""

    id: UUID
    state: State
    gateway: str
    """The broker user that sent the start command, checked by the broker."""
    taken_at: datetime
    version: int = 0
    """How often it was stored; storing it again compares this."""
    history: tuple[Transition, ...] = ()
    problem: Problem | None = None
    importer: str | None = None
    """Blind index of the importer record number."""
    email: str | None = None
    """Blind index of the requester's email address."""
    request: str | None = None
    """Sealed AccountRequest."""
    contact: str | None = None
    """Sealed Contact: the record's company name and point of contact at the time of acceptance."""
    details: str | None = None
    """Sealed details, validated."""
    code: Code | None = None
    grant: str | None = None
    """MAC of the grant in the reply to the right code."""
    verified_at: datetime | None = None
    account: str | None = None
    emails: Mapping[EmailKind, Email] = field(default_factory=dict)
    handled: Mapping[UUID, HandledResult] = field(default_factory=dict)
    """The result of each message that changed it, by message id. Repeats are answered from here."""
    parked: Mapping[UUID, Parked] = field(default_factory=dict)
    """Its messages among the dead letters, by message id."""

    @classmethod
    def begin(cls, id: UUID, *, gateway: str, taken_at: datetime, now: datetime, cause: str) -> "Application":
        """A new application in state `requested`."""
        first = Transition(State.REQUESTED, now, cause)
        return cls(id=id, state=State.REQUESTED, gateway=gateway, taken_at=taken_at, history=(first,))

    @property
    def reference(self) -> str:
        """What people call it: ``ACE-XXXX-XXXX``."""
        return reference.derive(self.id)

    @property
    def is_placeholder(self) -> bool:
        """Whether it only stands for a parked start command: nothing was decided about it yet."""
        return self.state is State.REQUESTED and self.request is None

    @property
    def tries_left(self) -> int:
        """How many more codes may be tried."""
        return TRIES - self.code.tries if self.code else TRIES

    @property
    def ends_at(self) -> datetime | None:
        """When it ends unless something happens; None if it never expires."""
        if self.state is State.REQUESTED:
            return self.taken_at + TO_ISSUE
        if self.state is State.AWAITING_CODE and self.code:
            return self.code.expires_at
        if self.state is State.VERIFIED and self.verified_at:
            return self.verified_at + TO_SUBMIT
        return None

    def move_to(self, state: State, now: datetime, cause: str) -> "Application":
        """The application in another state, with its history. Raises `ValueError` if that state may not follow.

        Leaving `awaiting-code` also erases the sealed code.
        """
        if state not in FOLLOWERS.get(self.state, frozenset()):
            raise ValueError(f"{self.state} -> {state} is no transition")
        left = self.drop_code_email() if self.state is State.AWAITING_CODE else self
        return replace(left, state=state, history=(*self.history, Transition(state, now, cause)))

    def reject(self, problem: Problem, now: datetime, cause: str) -> "Application":
        """The application was refused for this problem."""
        return replace(self.move_to(State.REJECTED, now, cause), problem=problem)

    def await_code(self, code: Code, now: datetime, cause: str) -> "Application":
        """A code was issued."""
        return replace(self.move_to(State.AWAITING_CODE, now, cause), code=code)

    def count_try(self) -> "Application":
        """One more try at its code."""
        if self.code is None:
            raise ValueError("no code was issued")
        return replace(self, code=replace(self.code, tries=self.code.tries + 1))

    def verify(self, grant: str, entered_at: datetime, now: datetime, cause: str) -> "Application":
        """The right code was entered."""
        return replace(self.move_to(State.VERIFIED, now, cause), grant=grant, verified_at=entered_at)

    def submit(self, details: str, now: datetime, cause: str) -> "Application":
        """Details and authorization were submitted, which uses up the grant."""
        return replace(self.move_to(State.SUBMITTED, now, cause), details=details, grant=None)

    def provision(self, account: str, now: datetime, cause: str) -> "Application":
        """Account, owner and importer view exist."""
        return replace(self.move_to(State.PROVISIONED, now, cause), account=account)

    def claim_email(self, kind: EmailKind, now: datetime) -> "Application":
        """A notifier is about to hand the email over; no other does so before the lease ends."""
        attempts = self.emails[kind].attempts if kind in self.emails else 0
        return self._replace_email(kind, Email(EmailStatus.SENDING, now, attempts + 1, now + LEASE))

    def settle_email(
        self,
        kind: EmailKind,
        status: EmailStatus,
        now: datetime,
        cause: str,
        reason: str | None = None,
        *,
        claim: Email | None = None,
    ) -> "Application":
        """What became of an email. A sent email stays sent, whatever a slower notifier reports.

        If another notifier has claimed it since, only that one reports a failure: recorded here, the failure would end
        the other's claim, and an email that may already be out would go out again.
        """
        earlier = self.emails.get(kind)
        if earlier and earlier.status is EmailStatus.SENT:
            return self
        is_superseded = earlier and claim and earlier.attempts != claim.attempts
        if is_superseded and status is not EmailStatus.SENT:
            return self
        attempts = earlier.attempts if earlier else 1
        settled = self._replace_email(kind, Email(status, now, attempts, reason=reason))
        sent = {kind for kind, email in settled.emails.items() if email.status is EmailStatus.SENT}
        if settled.state is State.PROVISIONED and sent.issuperset(EMAILS_TO_COMPLETE):
            return settled.move_to(State.COMPLETED, now, cause)
        return settled

    def _replace_email(self, kind: EmailKind, email: Email) -> "Application":
        return replace(self, emails={**self.emails, kind: email})

    def is_answerable_to(self, user: str) -> bool:
        """Whether this broker user began it."""
        return self.gateway == user

    def describe_change(self, before: "Application | None") -> dict[str, object]:
        """What the log says about a change; empty for nothing."""
        if before is None or before.state is not self.state:
            return {"event": "application moved", "state": self.state, "problem": self.problem}
        if self.tries_left < before.tries_left:
            return {"event": "wrong code", "tries_left": self.tries_left}
        return {}

    def remember(self, message_id: UUID, result: HandledResult) -> "Application":
        """Records a message's result. The message is no longer among the dead letters."""
        return replace(self, handled={**self.handled, message_id: result}).unpark_message(message_id)

    def park_message(self, parked: Parked) -> "Application":
        """Marks that a message is among the dead letters. The message's email is parked too.

        Not while another notifier has claimed that email: its claim would end, and the email could go out twice.
        """
        marked = replace(self, parked={**self.parked, parked.message_id: parked})
        if parked.email is None:
            return marked
        email = self.emails.get(parked.email) or Email(EmailStatus.PARKED, parked.at)
        if email.status in ENDED or (email.leased_until and parked.at < email.leased_until):
            return marked
        reason = email.reason or parked.reason
        stands = replace(email, status=EmailStatus.PARKED, at=parked.at, leased_until=None, reason=reason)
        return marked._replace_email(parked.email, stands)

    def unpark_message(self, message_id: UUID) -> "Application":
        """Removes the mark that this message is among the dead letters."""
        return replace(self, parked={id: parked for id, parked in self.parked.items() if id != message_id})

    def drop_code_email(self) -> "Application":
        """Drops the sealed code: its email went out, or the code expired."""
        kept = {id: result.without_code() for id, result in self.handled.items()}
        return self if kept == self.handled else replace(self, handled=kept)
