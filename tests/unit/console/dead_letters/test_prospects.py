"""Whether replaying a parked message can still help, and who must start over."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import pytest

from services.console.dead_letters.prospects import Prospect, helps_until, judge_replay
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import DIGEST_TRIED_FOR
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import RETRIED_FOR, SWEEP, TO_ISSUE, Application
from shared.domain.email import Email
from tests.support.applications import EXPIRES, NOW, TICK, awaiting, begun, requested, submitted, verified

CODE = EmailKind.VERIFICATION_CODE
NO_EMAILS: Mapping[EmailKind, Email] = {}


def judge(
    message: str, application: Application | None, now: datetime, emails: Mapping[EmailKind, Email] = NO_EMAILS
) -> Prospect:
    return judge_replay(message, application, now, emails)


@pytest.mark.parametrize(
    ("message", "make", "over_at"),
    [
        ("start-application", begun, NOW + TO_ISSUE),
        ("application-accepted", requested, NOW + TO_ISSUE),
        ("code-issued", awaiting, EXPIRES),
    ],
)
def test_a_message_with_a_deadline_helps_until_then(
    message: str, make: Callable[[], Application], over_at: datetime
) -> None:
    assert helps_until(message, make()) == over_at
    assert judge(message, make(), over_at - TICK) is Prospect.HELPS
    assert judge(message, make(), over_at) is Prospect.TOO_LATE


@pytest.mark.parametrize(
    ("message", "make"),
    [
        ("check-code", awaiting),
        ("submit-details", verified),
        ("application-submitted", submitted),
        ("email-due", submitted),
        ("abandon-application", awaiting),
    ],
)
def test_messages_judged_by_their_entry_or_without_a_deadline_help_however_late(
    message: str, make: Callable[[], Application]
) -> None:
    assert helps_until(message, make()) is None
    assert judge(message, make(), NOW + timedelta(days=2)) is Prospect.HELPS


@pytest.mark.parametrize(("message", "make"), [("check-code", awaiting), ("submit-details", verified)])
def test_what_may_have_arrived_in_time_helps_for_a_day_after_the_sweep(
    message: str, make: Callable[[], Application]
) -> None:
    swept = make().expire(NOW, SWEEP)
    assert judge(message, swept, NOW + RETRIED_FOR - TICK) is Prospect.HELPS
    assert judge(message, swept, NOW + RETRIED_FOR) is Prospect.TOO_LATE
    assert judge("code-issued", swept, NOW) is Prospect.TOO_LATE


@pytest.mark.parametrize("over", [State.EXPIRED, State.LOCKED])
def test_a_code_of_an_application_that_has_ended_is_too_late(over: State) -> None:
    assert judge("code-issued", awaiting().move_to(over, NOW, "test"), NOW) is Prospect.TOO_LATE


def test_a_code_of_an_application_whose_address_was_refused_is_too_late() -> None:
    rejected = awaiting().reject(Problem.POC_EMAIL_REFUSED, NOW, "code-issued")
    assert judge("code-issued", rejected, NOW) is Prospect.TOO_LATE


def test_a_person_who_abandoned_an_application_need_not_start_over() -> None:
    abandoned = awaiting().move_to(State.ABANDONED, NOW, "abandon-application")
    assert judge("code-issued", abandoned, NOW) is Prospect.NEEDLESS


@pytest.mark.parametrize("make", [verified, submitted])
def test_a_replay_of_a_code_whose_email_is_decided_is_needless(make: Callable[[], Application]) -> None:
    assert judge("code-issued", make(), NOW) is Prospect.NEEDLESS
    for decided in (EmailStatus.SENT, EmailStatus.REFUSED):
        assert judge("code-issued", awaiting(), NOW, {CODE: Email(decided, NOW)}) is Prospect.NEEDLESS


def test_without_its_application_only_what_needs_none_helps() -> None:
    assert judge("start-application", None, NOW) is Prospect.HELPS
    assert judge("abandon-application", None, NOW) is Prospect.HELPS
    assert judge("none", None, NOW) is Prospect.HELPS
    assert judge("code-issued", None, NOW) is Prospect.TOO_LATE
    assert judge("email-due", None, NOW) is Prospect.TOO_LATE


def test_a_start_of_which_nothing_is_stored_helps_as_long_as_a_code_may_be_issued() -> None:
    for age, prospect in ((TO_ISSUE - TICK, Prospect.HELPS), (TO_ISSUE, Prospect.TOO_LATE)):
        assert judge_replay("start-application", None, NOW + age, NO_EMAILS, NOW) is prospect
    assert judge_replay("start-application", None, NOW, NO_EMAILS) is Prospect.HELPS


def test_a_digest_is_too_late_once_it_is_no_news_and_needless_once_it_is_out() -> None:
    over = NOW + DIGEST_TRIED_FOR
    sent = {EmailKind.REQUESTS_DIGEST: Email(EmailStatus.SENT, NOW)}
    assert judge_replay("digest-due", None, over - TICK, NO_EMAILS, NOW) is Prospect.HELPS
    assert judge_replay("digest-due", None, over, NO_EMAILS, NOW) is Prospect.TOO_LATE
    assert judge_replay("digest-due", None, NOW, sent, NOW) is Prospect.NEEDLESS
