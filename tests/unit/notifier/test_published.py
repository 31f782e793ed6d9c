"""What mailers publish of refusals and of emails that are out, resends among them."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from services.notifier import steps
from services.notifier.mailer import HandOverResult
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import DIGEST_TRIED_FOR, CodeEmailRefused, DigestDue, EmailRefused, EmailsSent
from shared.contracts.message import Event
from shared.domain.decision import Decision, Situation
from shared.domain.email import EMAILS_TO_COMPLETE, LEASE, Emails
from shared.domain.errors import PermanentFailure
from tests.support.applications import ID, NOW
from tests.unit.notifier.decisions import (
    CODE,
    DEFERRED,
    FAILED,
    NOTHING_TO_DO,
    PARKED,
    READY,
    REFUSED,
    SEALED,
    SENT,
    send,
    stored,
    with_status,
)


def refusal_of(kind: EmailKind, attempt: int = 1) -> CodeEmailRefused | EmailRefused:
    """What each mailer says of a refused recipient: the code mailer to the verifier, the other to the provisioner."""
    if kind is CODE:
        return CodeEmailRefused(application_id=ID, attempt=attempt)
    return EmailRefused(application_id=ID, email=kind, attempt=attempt)


def follow_ups(decision: Decision[Emails]) -> list[Event]:
    after = decision.follow_ups_after(stored(decision)) if decision.follow_ups_after else ()
    return [*decision.follow_ups, *after]


def test_a_refused_code_email_that_comes_again_says_so_again_and_another_email_is_tried_again() -> None:
    refused = with_status(EmailStatus.REFUSED)
    again = send(CODE, refused)
    assert again.changed is None
    assert again.follow_ups == (refusal_of(CODE),)
    assert isinstance(again.failure, PermanentFailure)
    other = EmailKind.ACCOUNT_READY
    assert send(other, with_status(EmailStatus.REFUSED, other)).effect is other


@pytest.mark.parametrize("kind", EmailKind)
def test_only_the_recipients_refusal_is_published(kind: EmailKind) -> None:
    claimed = with_status(EmailStatus.SENDING, kind)
    assert follow_ups(send(kind, claimed, REFUSED)) == [refusal_of(kind)]
    assert [follow_ups(send(kind, claimed, other)) for other in (SENT, DEFERRED, PARKED)] == [[], [], []]


def test_the_refusal_of_a_digest_is_told_to_nobody_because_it_is_about_no_application() -> None:
    due = DigestDue(application_id=ID, content=SEALED, since=NOW, due_at=NOW)
    claimed = steps.send_digest(due, Situation(None, uuid4(), "verifier", NOW), None)
    assert claimed.effect is EmailKind.REQUESTS_DIGEST
    refused = steps.send_digest(due, Situation(stored(claimed), uuid4(), "verifier", NOW), REFUSED)
    assert follow_ups(refused) == []
    assert isinstance(refused.failure, PermanentFailure)
    assert stored(refused).by_kind[EmailKind.REQUESTS_DIGEST].status is EmailStatus.REFUSED


def test_a_digest_that_is_no_news_any_more_is_not_sent() -> None:
    due = DigestDue(application_id=ID, content=SEALED, since=NOW, due_at=NOW)
    assert due.deadline == NOW + DIGEST_TRIED_FOR
    last = due.deadline - timedelta(seconds=1)
    assert steps.send_digest(due, Situation(None, uuid4(), "verifier", last), None).effect is EmailKind.REQUESTS_DIGEST
    with pytest.raises(PermanentFailure, match="no news any more"):
        steps.send_digest(due, Situation(None, uuid4(), "verifier", due.deadline), None)


@pytest.mark.parametrize(("first", "second"), [EMAILS_TO_COMPLETE, EMAILS_TO_COMPLETE[::-1]])
def test_once_both_emails_to_the_requester_are_out_whoever_sees_it_says_so(first: EmailKind, second: EmailKind) -> None:
    one_out = with_status(EmailStatus.SENT, first)
    assert follow_ups(send(first, with_status(EmailStatus.SENDING, first), SENT)) == []
    assert send(first, one_out).follow_ups == ()
    decision = send(second, with_status(EmailStatus.SENDING, second, one_out), SENT)
    assert follow_ups(decision) == [EmailsSent(application_id=ID)]
    both_out = stored(decision)
    for kind in EMAILS_TO_COMPLETE:
        assert send(kind, both_out).follow_ups == (EmailsSent(application_id=ID),)


@pytest.mark.parametrize("kind", [kind for kind in EmailKind if kind not in EMAILS_TO_COMPLETE])
def test_no_other_email_says_so_however_late_it_comes(kind: EmailKind) -> None:
    emails = Emails(ID)
    for each in EMAILS_TO_COMPLETE:
        emails = with_status(EmailStatus.SENT, each, emails)
    assert emails.are_complete
    assert follow_ups(send(kind, with_status(EmailStatus.SENDING, kind, emails), SENT)) == []
    assert send(kind, with_status(EmailStatus.SENT, kind, emails)) == NOTHING_TO_DO


def test_whoever_records_second_sees_what_was_recorded_meanwhile() -> None:
    first, second = EMAILS_TO_COMPLETE
    both = with_status(EmailStatus.SENDING, second, with_status(EmailStatus.SENDING, first))
    one, other = stored(send(first, both, SENT)), send(second, both, SENT)
    assert follow_ups(other) == []
    assert other.follow_ups_after
    as_stored = Emails(ID, {**one.by_kind, second: stored(other).by_kind[second]})
    assert other.follow_ups_after(as_stored) == (EmailsSent(application_id=ID),)


def test_that_they_are_sent_has_one_id_and_each_refusal_its_own() -> None:
    assert EmailsSent(application_id=ID).own_id == EmailsSent(application_id=ID).own_id
    refusals = [refusal_of(kind, attempt).own_id for kind in EmailKind for attempt in (1, 2)]
    assert len(set(refusals)) == len(refusals)


@pytest.mark.parametrize("status", [EmailStatus.SENT, EmailStatus.REFUSED, EmailStatus.PARKED])
def test_a_resend_is_a_new_attempt_whatever_became_of_the_email(status: EmailStatus) -> None:
    emails = with_status(status, READY)
    decision = send(READY, emails, resend=1)
    assert decision.effect is READY
    claimed = stored(decision).by_kind[READY]
    assert (claimed.status, claimed.attempt, claimed.resend) == (EmailStatus.SENDING, 2, 1)
    assert claimed.sent_at == emails.by_kind[READY].sent_at


def test_a_resend_goes_out_once_however_often_its_message_comes() -> None:
    claimed = stored(send(READY, with_status(EmailStatus.SENT, READY), resend=1))
    sent = stored(send(READY, claimed, replace(SENT, attempt=2), resend=1))
    assert sent.by_kind[READY].status is EmailStatus.SENT
    assert send(READY, sent, resend=1) == NOTHING_TO_DO


@pytest.mark.parametrize("handed_over", [None, SENT, *FAILED])
def test_an_older_message_leaves_a_resend_alone(handed_over: HandOverResult | None) -> None:
    resent = stored(send(READY, with_status(EmailStatus.SENT, READY), resend=1))
    assert send(READY, resent, handed_over, NOW + LEASE) == NOTHING_TO_DO


@pytest.mark.parametrize("handed_over", FAILED)
def test_an_application_is_complete_whatever_becomes_of_a_resend(handed_over: HandOverResult) -> None:
    first, second = EMAILS_TO_COMPLETE
    resent = stored(send(first, with_status(EmailStatus.SENT, first), resend=1))
    failed = stored(send(first, resent, replace(handed_over, attempt=2), resend=1))
    decision = send(second, with_status(EmailStatus.SENDING, second, failed), SENT)
    assert follow_ups(decision) == [EmailsSent(application_id=ID)]
