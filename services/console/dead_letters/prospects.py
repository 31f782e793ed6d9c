"""Whether replaying a parked message can still help somebody. Pure: no server, no clock."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts.commands import CheckCode, StartApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import (
    DIGEST_TRIED_FOR,
    ApplicationAccepted,
    ApplicationSubmitted,
    CodeIssued,
    DigestDue,
    EmailDue,
    EmailsSent,
)
from shared.contracts.message import Event, Message
from shared.contracts.state import State
from shared.domain.application import TO_ISSUE, Application
from shared.domain.email import Email


class Prospect(StrEnum):
    """What a replay would achieve."""

    HELPS = "can help"
    NEEDLESS = "nothing is left to do"
    TOO_LATE = "too late: the person must start over"


AWAITED = {
    StartApplication.name(): State.REQUESTED,
    ApplicationAccepted.name(): State.REQUESTED,
    CodeIssued.name(): State.AWAITING_CODE,
    CheckCode.name(): State.AWAITING_CODE,
    SubmitDetails.name(): State.VERIFIED,
    ApplicationSubmitted.name(): State.SUBMITTED,
    EmailsSent.name(): State.PROVISIONED,
}
"""The state in which each message has an effect. Messages not listed have one in any state."""

SOONEST = (State.AWAITING_CODE, State.REQUESTED, State.VERIFIED)
"""The states that end by themselves: after minutes, an hour, hours."""

JUDGED_BY_ITS_OWN_TIME = frozenset({CheckCode.name(), SubmitDetails.name()})
"""Messages judged by when they were entered, for a day even after the sweep."""

NEEDS_AN_APPLICATION = frozenset({*AWAITED, EmailDue.name()} - {StartApplication.name()})
OVER = frozenset({State.EXPIRED, State.LOCKED, State.REJECTED})


def judge_replay(
    message: str,
    application: Application | None,
    now: datetime,
    emails: Mapping[EmailKind, Email],
    published_at: datetime | None = None,
) -> Prospect:
    """What replaying a message of this name would achieve now, given its application and emails as stored.

    Somebody who abandoned an application has already started another, or wanted none. A start of which nothing is
    stored is judged by when it was published, if that is known.
    """
    if message == DigestDue.name():
        return _judge_digest(now, emails, published_at)
    if application is None:
        is_old = message == StartApplication.name() and published_at is not None and now >= published_at + TO_ISSUE
        return Prospect.TOO_LATE if is_old or message in NEEDS_AN_APPLICATION else Prospect.HELPS
    if message not in AWAITED:
        return Prospect.HELPS
    if message in JUDGED_BY_ITS_OWN_TIME and application.is_in(AWAITED[message], now):
        return Prospect.HELPS
    if application.state in OVER:
        return Prospect.TOO_LATE
    if application.state is not AWAITED[message] or _is_decided(message, emails):
        return Prospect.NEEDLESS
    until = helps_until(message, application)
    return Prospect.TOO_LATE if until and now >= until else Prospect.HELPS


def _judge_digest(now: datetime, emails: Mapping[EmailKind, Email], published_at: datetime | None) -> Prospect:
    """A digest is published when it is due, or soon after."""
    digest = emails.get(EmailKind.REQUESTS_DIGEST)
    if digest and digest.status is EmailStatus.SENT:
        return Prospect.NEEDLESS
    return Prospect.TOO_LATE if published_at and now >= published_at + DIGEST_TRIED_FOR else Prospect.HELPS


def helps_until(message: str, application: Application) -> datetime | None:
    """Until when replaying the message helps; None if no deadline applies."""
    return None if message in JUDGED_BY_ITS_OWN_TIME or message not in AWAITED else application.ends_at


def rank_haste(message: type[Message]) -> tuple[int, bool]:
    """Sorts first what is the sooner too late; of two alike an event, as its person is farther along."""
    state = AWAITED.get(message.name())
    return SOONEST.index(state) if state in SOONEST else len(SOONEST), not issubclass(message, Event)


def _is_decided(message: str, emails: Mapping[EmailKind, Email]) -> bool:
    code = emails.get(EmailKind.VERIFICATION_CODE)
    return message == CodeIssued.name() and code is not None and code.status in (EmailStatus.SENT, EmailStatus.REFUSED)


@dataclass(frozen=True)
class Outlook:
    """What a replay would achieve, and until when it helps; None: no deadline applies."""

    prospect: Prospect
    until: datetime | None = None


async def judge_replays(
    messages: Iterable[tuple[str, UUID | None, datetime | None]],
    load: Callable[[UUID], Awaitable[Application | None]],
    find_emails: Callable[[UUID], Awaitable[Mapping[EmailKind, Email]]],
    now: datetime,
) -> list[Outlook]:
    """What replaying each of these would achieve: names, applications where known, and when they were published."""
    found = []
    for name, id, published_at in messages:
        application = await load(id) if id else None
        emails = await find_emails(id) if id else {}
        prospect = judge_replay(name, application, now, emails, published_at) if id else Prospect.HELPS
        found.append(Outlook(prospect, helps_until(name, application) if application else None))
    return found
