"""Whether sending a parked message back can still help whoever waits for it. Plain rules: no server, no clock."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.contracts.commands import CheckCode, StartApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import ApplicationAccepted, ApplicationSubmitted, CodeIssued, EmailDue
from shared.contracts.state import State
from shared.domain.application import Application


class Prospect(StrEnum):
    """What a replay comes to."""

    HELPS = "can help"
    NEEDLESS = "nothing is left to do"
    TOO_LATE = "too late: the person must begin anew"


AWAITED = {
    StartApplication.name(): State.REQUESTED,
    ApplicationAccepted.name(): State.REQUESTED,
    CodeIssued.name(): State.AWAITING_CODE,
    CheckCode.name(): State.AWAITING_CODE,
    SubmitDetails.name(): State.VERIFIED,
    ApplicationSubmitted.name(): State.SUBMITTED,
}
"""The state in which a message does something. What is not listed does so in any."""

JUDGED_BY_ITS_OWN_TIME = frozenset({CheckCode.name(), SubmitDetails.name()})
"""What counts from when it was entered, however late it is handled."""

NEEDS_AN_APPLICATION = frozenset({*AWAITED, EmailDue.name()} - {StartApplication.name()})
OVER = frozenset({State.EXPIRED, State.LOCKED, State.REJECTED})


def judge_replay(message: str, application: Application | None, now: datetime) -> Prospect:
    """What sending a message of this name back comes to now. The application that it is about is as stored, if it is.

    Who abandoned an application has begun anew already, or wanted none.
    """
    if application is None:
        return Prospect.TOO_LATE if message in NEEDS_AN_APPLICATION else Prospect.HELPS
    if message not in AWAITED:
        return Prospect.HELPS
    if application.state in OVER:
        return Prospect.TOO_LATE
    if application.state is not AWAITED[message] or _is_out(message, application):
        return Prospect.NEEDLESS
    until = helps_until(message, application)
    return Prospect.TOO_LATE if until and now >= until else Prospect.HELPS


def helps_until(message: str, application: Application) -> datetime | None:
    """Until when a message that can help does; nothing where no time ends that."""
    return None if message in JUDGED_BY_ITS_OWN_TIME or message not in AWAITED else application.ends_at


def _is_out(message: str, application: Application) -> bool:
    code = application.emails.get(EmailKind.VERIFICATION_CODE)
    return message == CodeIssued.name() and code is not None and code.status is EmailStatus.SENT


async def judge_replays(
    messages: Iterable[tuple[str, UUID | None]],
    load: Callable[[UUID], Awaitable[Application | None]],
    now: datetime,
) -> list[Prospect]:
    """What sending each of these back comes to: names of messages, and what they are about, where that is known."""
    return [judge_replay(name, await load(id), now) if id else Prospect.HELPS for name, id in messages]
