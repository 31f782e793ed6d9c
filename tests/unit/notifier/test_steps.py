"""What the notifier decides about an email, before and after handing it over."""

from dataclasses import replace
from datetime import datetime

import pytest

from services.notifier.mailer import HandOverResult
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.domain.email import LEASE, Email, Emails
from shared.domain.errors import PermanentFailure, TransientFailure
from tests.support.applications import EXPIRES, NOW, TICK
from tests.unit.notifier.decisions import (
    CODE,
    DEFERRED,
    FAILED,
    NOTHING_TO_DO,
    PARKED,
    REFUSED,
    SENT,
    send,
    stored,
    with_status,
    withdraw,
)


def claimed_again(kind: EmailKind = CODE) -> Emails:
    """An email whose first mailer died, claimed by another one."""
    return stored(send(kind, with_status(EmailStatus.SENDING, kind), now=NOW + LEASE))


@pytest.mark.parametrize("kind", EmailKind)
def test_an_email_is_claimed_before_it_goes_out(kind: EmailKind) -> None:
    decision = send(kind, None)
    assert decision.effect is kind
    assert not decision.is_final
    assert stored(decision).by_kind == {kind: Email(EmailStatus.SENDING, NOW, 1, leased_until=NOW + LEASE)}


@pytest.mark.parametrize(
    ("status", "now", "goes_out"),
    [
        (EmailStatus.SENDING, NOW + LEASE - TICK, None),
        (EmailStatus.SENDING, NOW + LEASE, True),
        (EmailStatus.DEFERRED, NOW, True),
        (EmailStatus.PARKED, NOW, True),
        (EmailStatus.SENT, NOW, False),
        (EmailStatus.WITHDRAWN, NOW, False),
    ],
)
def test_an_email_goes_out_again_only_if_it_is_neither_out_nor_withdrawn_nor_claimed(
    status: EmailStatus, now: datetime, goes_out: bool | None
) -> None:
    emails = with_status(status)
    if goes_out is None:
        with pytest.raises(TransientFailure) as met:
            send(CODE, emails, now=now)
        assert met.value.until == NOW + LEASE
    else:
        decision = send(CODE, emails, now=now)
        assert (decision.effect is CODE) == goes_out
        assert (decision.changed is not None) == goes_out
        assert not goes_out or stored(decision).by_kind[CODE].attempt == 2


@pytest.mark.parametrize("handed_over", [SENT, *FAILED])
def test_what_became_of_an_attempt_is_recorded_and_ends_its_claim(handed_over: HandOverResult) -> None:
    decision = send(CODE, with_status(EmailStatus.SENDING), handed_over)
    email = stored(decision).by_kind[CODE]
    assert (email.status, email.attempt, email.leased_until) == (handed_over.status, 1, None)
    assert email.reason == handed_over.reason
    assert isinstance(decision.failure, TransientFailure) == (handed_over is DEFERRED)
    assert isinstance(decision.failure, PermanentFailure) == (handed_over in (REFUSED, PARKED))


@pytest.mark.parametrize("handed_over", FAILED)
def test_a_slower_mailers_failure_is_not_recorded_once_another_has_claimed_the_email(
    handed_over: HandOverResult,
) -> None:
    decision = send(CODE, claimed_again(), handed_over, NOW + LEASE)
    assert decision.changed is None
    assert isinstance(decision.failure, TransientFailure)
    assert decision.failure.until == NOW + LEASE + LEASE


def test_a_slower_mailers_success_is_recorded_even_so() -> None:
    decision = send(CODE, claimed_again(), SENT, NOW + LEASE)
    assert stored(decision).by_kind[CODE].status is EmailStatus.SENT


@pytest.mark.parametrize("handed_over", FAILED)
def test_an_email_that_was_sent_stays_sent_whatever_a_slower_twin_reports(handed_over: HandOverResult) -> None:
    assert send(CODE, with_status(EmailStatus.SENT), handed_over) == NOTHING_TO_DO


@pytest.mark.parametrize("status", EmailStatus)
def test_a_withdrawn_code_is_not_sent_any_more_and_one_that_is_out_stays_out(status: EmailStatus) -> None:
    emails = with_status(status)
    decision = withdraw(emails)
    if status in (EmailStatus.SENT, EmailStatus.WITHDRAWN, EmailStatus.REFUSED):
        assert decision == NOTHING_TO_DO
        return
    assert stored(decision).by_kind[CODE].status is EmailStatus.WITHDRAWN
    assert send(CODE, stored(decision), now=NOW + LEASE) == NOTHING_TO_DO


def test_a_code_that_is_withdrawn_before_it_is_issued_is_not_sent() -> None:
    assert send(CODE, stored(withdraw(None))) == NOTHING_TO_DO


def test_an_email_that_was_on_its_way_when_its_code_was_withdrawn_is_recorded_as_sent() -> None:
    withdrawn = with_status(EmailStatus.WITHDRAWN)
    assert stored(send(CODE, withdrawn, SENT)).by_kind[CODE].status is EmailStatus.SENT
    assert [send(CODE, withdrawn, failed) for failed in FAILED] == [NOTHING_TO_DO] * 3


def test_after_its_code_expired_an_email_is_a_dead_letter() -> None:
    assert send(CODE, None, now=EXPIRES - TICK).effect is CODE
    with pytest.raises(PermanentFailure):
        send(CODE, None, now=EXPIRES)
    assert send(CODE, with_status(EmailStatus.SENT), now=EXPIRES) == NOTHING_TO_DO
    assert send(CODE, with_status(EmailStatus.WITHDRAWN), now=EXPIRES) == NOTHING_TO_DO


def test_what_the_mail_server_said_is_kept_with_the_email_and_not_in_the_reason() -> None:
    refused = replace(DEFERRED, words="4.7.1 <***> greylisted")
    decision = send(CODE, with_status(EmailStatus.SENDING), refused)
    assert stored(decision).by_kind[CODE].reason == f"{DEFERRED.reason}: 4.7.1 <***> greylisted"
    assert str(decision.failure) == DEFERRED.reason
