"""The emails of an application, as the notifier records them: never to whom, nor what they say.

It is frozen: each method returns a changed copy, which names the one email that `save` writes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.handled_result import HandledResult

HAND_OVER_WITHIN = timedelta(seconds=18)
"""How long a hand-over may take: less than a stopping worker allows it."""

LEASE = timedelta(seconds=22)
"""How long a claim keeps others away: little longer than the hand-over, which also ends with it."""

EMAILS_TO_COMPLETE = (EmailKind.IMPORTER_VIEW_CONFIRMED, EmailKind.ACCOUNT_READY)
"""The emails to the requester. Once both are sent, the application is complete."""

WELCOME = (*EMAILS_TO_COMPLETE, EmailKind.ACCOUNT_CREATED_NOTICE)
"""The emails that go out once an account is created."""

OVER = frozenset({EmailStatus.SENT, EmailStatus.WITHDRAWN})
"""Statuses that stay, whatever else is reported."""

NEED_NO_ATTENTION = frozenset({*OVER, EmailStatus.SENDING})


@dataclass(frozen=True)
class Email:
    """One email of an application. `leased_until` is set while a mailer is handing it over."""

    status: EmailStatus
    at: datetime
    attempt: int = 0
    resend: int = 0
    """How often operators had it sent again."""
    sent_at: datetime | None = None
    """When the mail server last accepted it."""
    leased_until: datetime | None = None
    reason: str | None = None
    parked: UUID | None = None
    """The id of its message, if that is among the dead letters."""

    def is_leased(self, now: datetime) -> bool:
        """Whether a mailer may be handing it over."""
        return self.leased_until is not None and now < self.leased_until

    def is_done(self, resend: int) -> bool:
        """Whether nothing is left to do for this resend of it: it is out, or a later one took over."""
        return self.resend > resend or (self.resend == resend and self.status is EmailStatus.SENT)


@dataclass(frozen=True)
class Emails:
    """All emails of an application."""

    id: UUID
    """The application's id."""
    by_kind: Mapping[str, Email] = field(default_factory=dict)
    """Each email, by its kind. Perhaps one of a kind that only a later version knows: it can be parked."""
    changed: str | None = None
    """The email that differs from what is stored."""
    before: Email | None = None
    """That email as it was stored."""

    @property
    def handled(self) -> Mapping[UUID, HandledResult]:
        """Empty: what is recorded of an email tells what is left to do for its message."""
        return {}

    @property
    def parked(self) -> frozenset[UUID]:
        """The ids of the messages that are among the dead letters."""
        return frozenset(email.parked for email in self.by_kind.values() if email.parked)

    def claim(self, kind: EmailKind, now: datetime, resend: int = 0) -> "Emails":
        """A mailer is about to hand the email over; no other does so before the lease ends."""
        earlier = self.by_kind.get(kind) or Email(EmailStatus.SENDING, now)
        claimed = Email(EmailStatus.SENDING, now, earlier.attempt + 1, resend, earlier.sent_at, now + LEASE)
        return self._replace(kind, claimed)

    def record(
        self, kind: EmailKind, status: EmailStatus, now: datetime, *, attempt: int, reason: str | None = None
    ) -> "Emails":
        """What became of an attempt at an email. A sent email stays sent, whatever a slower mailer reports.

        Once another mailer has claimed or parked the email, or it was withdrawn, only its success is still recorded: a
        failure would end the other's claim, and an email that may already be out would go out again. A refusal stays
        one: it has ended the application, or waits for an operator.
        """
        earlier = self.by_kind[kind]
        is_overtaken = earlier.attempt != attempt or earlier.parked is not None
        if earlier.status is EmailStatus.SENT or (is_overtaken and status is not EmailStatus.SENT):
            return self
        if earlier.status is EmailStatus.REFUSED:
            return self._replace(kind, replace(earlier, sent_at=now))
        sent_at = now if status is EmailStatus.SENT else earlier.sent_at
        return self._replace(kind, Email(status, now, earlier.attempt, earlier.resend, sent_at, reason=reason))

    def withdraw(self, kind: EmailKind, now: datetime) -> "Emails":
        """The email is not needed any more: it does not go out. What the mail server has decided about it stays."""
        earlier = self.by_kind.get(kind)
        if earlier and earlier.status in {*OVER, EmailStatus.REFUSED}:
            return self
        email = earlier or Email(EmailStatus.WITHDRAWN, now, attempt=-1)
        withdrawn = replace(email, status=EmailStatus.WITHDRAWN, at=now, attempt=email.attempt + 1, leased_until=None)
        return self._replace(kind, withdrawn)

    def park(self, kind: str, message_id: UUID | None, reason: str, now: datetime, *, resend: int = 0) -> "Emails":
        """The message of this resend of it is among the dead letters, with an id or without.

        Not while a mailer has claimed it: the claim would end.
        """
        email = self.by_kind.get(kind) or Email(EmailStatus.PARKED, now)
        if email.is_leased(now) or email.resend > resend:
            return self
        if email.resend < resend:  # no mailer has begun this resend
            email = replace(email, status=EmailStatus.PARKED, resend=resend, reason=None)
        if email.status in OVER:
            return self
        status = EmailStatus.REFUSED if email.status is EmailStatus.REFUSED else EmailStatus.PARKED
        marked = replace(
            email, status=status, at=now, leased_until=None, reason=email.reason or reason, parked=message_id
        )
        return self._replace(kind, marked)

    def _replace(self, kind: str, email: Email) -> "Emails":
        return Emails(self.id, {**self.by_kind, kind: email}, changed=kind, before=self.by_kind.get(kind))

    @property
    def are_complete(self) -> bool:
        """Whether the requester's emails are out."""
        sent = {kind for kind, email in self.by_kind.items() if email.sent_at}
        return sent.issuperset(EMAILS_TO_COMPLETE)

    def is_answerable_to(self, user: str) -> bool:
        """Nobody asks about emails here: events only."""
        return False

    def remember(self, message_id: UUID, result: HandledResult) -> "Emails":
        """Nothing to remember."""
        return self

    def unpark_message(self, message_id: UUID) -> "Emails":
        """A copy without the mark that this message is among the dead letters."""
        kind = next(kind for kind, email in self.by_kind.items() if email.parked == message_id)
        return self._replace(kind, replace(self.by_kind[kind], parked=None))

    def describe_change(self, before: "Emails | None") -> dict[str, object]:
        """That an email was withdrawn which was begun and is not out. The mailer logs what it does itself.

        One that nobody had begun may be a decoy's, which is none.
        """
        status = self.by_kind[self.changed].status if self.changed else None
        if status is not EmailStatus.WITHDRAWN or self.before is None or self.before.status is status:
            return {}
        return {"event": "email withdrawn before it was out", "email": self.changed}


def list_due(application: Application) -> tuple[EmailKind, ...]:
    """The emails that an application's state makes due, whether or not they are out."""
    if application.state is State.AWAITING_CODE:
        return () if application.is_decoy else (EmailKind.VERIFICATION_CODE,)
    if application.state in (State.PROVISIONED, State.COMPLETED):
        return WELCOME
    if application.state is State.REJECTED and application.details:  # otherwise the form itself told the person
        return (EmailKind.APPLICATION_REFUSED,)
    return ()
