"""What the notifier decides about an email, before and after handing it over."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest

from services.notifier import steps
from services.notifier.mailer import HandOverResult
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import CodeEmailRefused, CodeIssued, CodeWithdrawn, EmailDue, EmailRefused, EmailsSent
from shared.contracts.message import Event
from shared.domain.decision import Decision, Situation
from shared.domain.email import EMAILS_TO_COMPLETE, LEASE, Email, Emails
from shared.domain.errors import PermanentFailure, TransientFailure
from tests.support.applications import EXPIRES, ID, NOW, TICK

CODE = EmailKind.VERIFICATION_CODE
SEALED = "k1." + "A" * 60
CODE_ISSUED = CodeIssued(application_id=ID, content=SEALED, due_at=NOW, expires_at=EXPIRES)
SENT = HandOverResult(EmailStatus.SENT, attempt=1)
DEFERRED = HandOverResult(EmailStatus.DEFERRED, "the mail server wants the email later (450 at RCPT)", 450, attempt=1)
REFUSED = HandOverResult(EmailStatus.REFUSED, "the mail server refuses the address for good", 550, attempt=1)
PARKED = HandOverResult(EmailStatus.PARKED, "the email cannot be written: no key has the id k1", attempt=1)
FAILED = (DEFERRED, REFUSED, PARKED)
NOTHING = Emails(ID)
NOTHING_TO_DO: Decision[Emails] = Decision()


def send(
    kind: EmailKind,
    emails: Emails | None,
    handed_over: HandOverResult | None = None,
    now: datetime = NOW,
    resend: int = 0,
) -> Decision[Emails]:
    situation = Situation(emails, uuid4(), "sender", now)
    if kind is CODE:
        return steps.send_code(CODE_ISSUED, situation, handed_over)
    due = EmailDue(application_id=ID, email=kind, content=SEALED, due_at=NOW, resend=resend)
    return steps.send_email(due, situation, handed_over)


def withdraw(emails: Emails | None) -> Decision[Emails]:
    return steps.withdraw_code(CodeWithdrawn(application_id=ID), Situation(emails, uuid4(), "verifier", NOW), None)


def stored(decision: Decision[Emails]) -> Emails:
    """What is stored after a decision."""
    assert decision.changed
    return Emails(ID, decision.changed.by_kind)


def with_status(status: EmailStatus, kind: EmailKind = CODE, emails: Emails = NOTHING) -> Emails:
    """An email that was claimed once and has this status."""
    claimed = stored(send(kind, emails))
    if status is EmailStatus.SENDING:
        return claimed
    if status is EmailStatus.WITHDRAWN:
        return stored(withdraw(claimed))
    return stored(send(kind, claimed, HandOverResult(status, "because", attempt=1)))


def claimed_again(kind: EmailKind = CODE) -> Emails:
    """An email whose first mailer died, claimed by another one."""
    return stored(send(kind, with_status(EmailStatus.SENDING, kind), now=NOW + LEASE))


def refusal_of(kind: EmailKind, attempt: int = 1) -> CodeEmailRefused | EmailRefused:
    """What each mailer says of a refused recipient: the code mailer to the verifier, the other to the provisioner."""
    if kind is CODE:
        return CodeEmailRefused(application_id=ID, attempt=attempt)
    return EmailRefused(application_id=ID, email=kind, attempt=attempt)


def follow_ups(decision: Decision[Emails]) -> list[Event]:
    after = decision.follow_ups_after(stored(decision)) if decision.follow_ups_after else ()
    return [*decision.follow_ups, *after]


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


def test_a_refused_code_email_that_comes_again_says_so_again_and_another_email_is_tried_again() -> None:
    refused = with_status(EmailStatus.REFUSED)
    again = send(CODE, refused)
    assert again.changed is None
    assert again.follow_ups == (refusal_of(CODE),)
    assert isinstance(again.failure, PermanentFailure)
    other = EmailKind.ACCOUNT_READY
    assert send(other, with_status(EmailStatus.REFUSED, other)).effect is other


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


@pytest.mark.parametrize("kind", EmailKind)
def test_only_the_recipients_refusal_is_published(kind: EmailKind) -> None:
    claimed = with_status(EmailStatus.SENDING, kind)
    assert follow_ups(send(kind, claimed, REFUSED)) == [refusal_of(kind)]
    assert [follow_ups(send(kind, claimed, other)) for other in (SENT, DEFERRED, PARKED)] == [[], [], []]


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


def test_the_code_mailer_does_not_say_so_however_late_its_event_comes_again() -> None:
    emails = with_status(EmailStatus.SENT)
    for kind in EMAILS_TO_COMPLETE:
        emails = with_status(EmailStatus.SENT, kind, emails)
    assert emails.are_complete
    assert send(CODE, emails) == NOTHING_TO_DO


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


READY = EmailKind.ACCOUNT_READY


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
