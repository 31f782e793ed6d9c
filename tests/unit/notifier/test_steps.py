"""What the notifier decides about an email, before and after handing it over."""

from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest

from services.notifier import steps
from services.notifier.mailer import HandOverResult
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.events import CodeIssued, EmailDue
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import EMAILS_TO_COMPLETE, Application, Parked
from shared.domain.decision import Decision, Situation
from shared.domain.email import LEASE
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.domain.handled_result import HandledResult
from tests.unit import applications
from tests.unit.applications import EXPIRES, ID, NOW, TICK, changed, provisioned, state

CODE = EmailKind.VERIFICATION_CODE
CODE_ISSUED = CodeIssued(application_id=ID, code="k1." + "A" * 60, expires_at=EXPIRES)
SENT = HandOverResult(EmailStatus.SENT)
DEFERRED = HandOverResult(EmailStatus.DEFERRED, "the mail server wants the email later (450 at RCPT)", 450)
REFUSED = HandOverResult(EmailStatus.REFUSED, "the mail server refuses the address for good (550 5.1.1 at RCPT)", 550)
PARKED = HandOverResult(EmailStatus.PARKED, "the email cannot be written: no key has the id k1")


def awaiting() -> Application:
    """An application that awaits its code and still keeps the sealed code for a repeat."""
    return applications.awaiting().remember(uuid4(), HandledResult(NOW, None, (CODE_ISSUED,)))


def send_code(
    application: Application | None, handed_over: HandOverResult | None = None, now: datetime = NOW
) -> Decision:
    return steps.send_code(CODE_ISSUED, Situation(application, uuid4(), "verifier", now), handed_over)


def send_email(
    application: Application | None, kind: EmailKind, handed_over: HandOverResult | None = None, now: datetime = NOW
) -> Decision:
    event = EmailDue(application_id=ID, email=kind)
    return steps.send_email(event, Situation(application, uuid4(), "provisioner", now), handed_over)


def keeps_code(application: Application) -> bool:
    return any(outcome.follow_ups for outcome in application.handled.values())


def test_a_code_email_is_claimed_before_it_goes_out() -> None:
    decision = send_code(awaiting())
    assert decision.effect is CODE
    email = changed(decision).emails[CODE]
    assert (email.status, email.attempts, email.leased_until) == (EmailStatus.SENDING, 1, NOW + LEASE)
    assert not decision.is_final


def test_another_notifier_waits_until_the_claim_is_over() -> None:
    claimed = changed(send_code(awaiting()))
    with pytest.raises(TransientFailure):
        send_code(claimed, now=NOW + LEASE - TICK)
    again = send_code(claimed, now=NOW + LEASE)
    assert again.effect is CODE
    assert changed(again).emails[CODE].attempts == 2


def test_the_sealed_code_is_gone_once_its_email_is_out() -> None:
    claimed = changed(send_code(awaiting()))
    assert keeps_code(claimed)
    decision = send_code(claimed, SENT)
    assert decision.is_final
    assert changed(decision).emails[CODE].status is EmailStatus.SENT
    assert changed(decision).emails[CODE].leased_until is None
    assert not keeps_code(changed(decision))
    assert state(decision) is State.AWAITING_CODE


def test_an_email_that_was_sent_is_not_sent_again() -> None:
    sent = changed(send_code(changed(send_code(awaiting())), SENT))
    assert send_code(sent) == Decision()


def test_a_deferred_code_email_comes_again_and_keeps_its_code() -> None:
    decision = send_code(changed(send_code(awaiting())), DEFERRED)
    assert isinstance(decision.failure, TransientFailure)
    email = changed(decision).emails[CODE]
    assert (email.status, email.reason, email.leased_until) == (EmailStatus.DEFERRED, DEFERRED.reason, None)
    assert keeps_code(changed(decision))
    assert send_code(changed(decision)).effect is CODE


def test_a_code_email_that_is_refused_for_good_ends_the_application_immediately() -> None:
    decision = send_code(changed(send_code(awaiting())), REFUSED)
    assert state(decision) is State.REJECTED
    assert changed(decision).problem is Problem.POC_EMAIL_REFUSED
    assert not keeps_code(changed(decision))
    assert isinstance(decision.failure, PermanentFailure)
    assert decision.failure.status == 550


def test_a_code_email_that_cannot_be_written_is_parked_and_the_application_lives_on() -> None:
    decision = send_code(changed(send_code(awaiting())), PARKED)
    assert state(decision) is State.AWAITING_CODE
    assert changed(decision).problem is None
    email = changed(decision).emails[CODE]
    assert (email.status, email.reason, email.leased_until) == (EmailStatus.PARKED, PARKED.reason, None)
    assert isinstance(decision.failure, PermanentFailure)
    assert decision.failure.reason == PARKED.reason
    assert keeps_code(changed(decision))


def test_a_parked_email_that_is_replayed_goes_out_while_its_code_is_valid() -> None:
    id = uuid4()
    parked = changed(send_code(changed(send_code(awaiting())), PARKED))
    parked = parked.park_message(Parked(id, "code-issued", "no key", NOW, CODE))
    again = steps.send_code(CODE_ISSUED, Situation(parked, id, "verifier", EXPIRES - TICK), None)
    assert again.effect is CODE
    assert changed(again).parked == {}
    assert changed(send_code(changed(again), SENT)).emails[CODE].status is EmailStatus.SENT


def test_what_the_mail_server_said_is_kept_with_the_email_and_not_in_the_reason() -> None:
    refused = replace(DEFERRED, words="4.7.1 <***> greylisted")
    decision = send_code(changed(send_code(awaiting())), refused)
    assert changed(decision).emails[CODE].reason == f"{DEFERRED.reason}: 4.7.1 <***> greylisted"
    assert str(decision.failure) == DEFERRED.reason


@pytest.mark.parametrize("left", [State.EXPIRED, State.LOCKED, State.ABANDONED])
def test_a_code_email_goes_only_while_its_code_is_awaited(left: State) -> None:
    assert send_code(awaiting().move_to(left, NOW, "test")) == Decision()
    assert send_code(awaiting().verify("grant", NOW, NOW, "test")) == Decision()


def test_after_its_code_expired_an_email_is_a_dead_letter() -> None:
    assert send_code(awaiting(), now=EXPIRES - TICK).effect is CODE
    with pytest.raises(PermanentFailure):
        send_code(awaiting(), now=EXPIRES)


@pytest.mark.parametrize("left", [State.EXPIRED, State.ABANDONED])
@pytest.mark.parametrize("handed_over", [SENT, REFUSED, PARKED])
def test_an_emails_result_is_recorded_even_if_the_application_ended_in_the_meantime(
    left: State, handed_over: HandOverResult
) -> None:
    ended = changed(send_code(awaiting())).move_to(left, NOW, "test")
    decision = send_code(ended, handed_over)
    assert changed(decision).emails[CODE].status is handed_over.status
    assert state(decision) is left
    assert changed(decision).problem is None


@pytest.mark.parametrize("slower", [DEFERRED, REFUSED, PARKED])
def test_an_email_that_was_sent_stays_sent_whatever_a_slower_twin_reports(slower: HandOverResult) -> None:
    sent = changed(send_email(provisioned(), EmailKind.ACCOUNT_READY, SENT))
    decision = send_email(sent, EmailKind.ACCOUNT_READY, slower)
    assert changed(decision).emails[EmailKind.ACCOUNT_READY].status is EmailStatus.SENT
    assert decision.failure is None


@pytest.mark.parametrize("slower", [DEFERRED, REFUSED, PARKED])
def test_a_failure_is_not_written_down_once_another_has_claimed_the_email(slower: HandOverResult) -> None:
    first = changed(send_code(awaiting()))
    second = changed(send_code(first, now=NOW + LEASE))
    situation = Situation(second, uuid4(), "verifier", NOW + LEASE)
    decision = steps.send_code(CODE_ISSUED, situation, replace(slower, claim=first.emails[CODE]))
    assert changed(decision).emails == second.emails
    assert state(decision) is State.AWAITING_CODE
    assert isinstance(decision.failure, TransientFailure)


def test_a_sent_email_is_recorded_even_if_another_notifier_has_claimed_it() -> None:
    kind = EmailKind.ACCOUNT_READY
    first = changed(send_email(provisioned(), kind))
    second = changed(send_email(first, kind, now=NOW + LEASE))
    situation = Situation(second, uuid4(), "provisioner", NOW + LEASE)
    sent = replace(SENT, claim=first.emails[kind])
    decision = steps.send_email(EmailDue(application_id=ID, email=kind), situation, sent)
    assert changed(decision).emails[kind].status is EmailStatus.SENT
    assert decision.failure is None


def test_a_code_email_that_was_sent_stays_sent_and_does_not_end_the_application() -> None:
    sent = changed(send_code(changed(send_code(awaiting())), SENT))
    decision = send_code(sent, REFUSED)
    assert changed(decision).emails[CODE].status is EmailStatus.SENT
    assert state(decision) is State.AWAITING_CODE
    assert decision.failure is None


@pytest.mark.parametrize("order", [EMAILS_TO_COMPLETE, tuple(reversed(EMAILS_TO_COMPLETE))])
def test_an_application_is_completed_by_the_second_of_the_requesters_emails(order: tuple[EmailKind, ...]) -> None:
    first = changed(send_email(provisioned(), order[0], SENT))
    assert first.state is State.PROVISIONED
    second = changed(send_email(first, order[1], SENT))
    assert second.state is State.COMPLETED
    assert second.history[-1].cause == "email-due"


def test_the_email_to_the_point_of_contact_completes_nothing() -> None:
    one = changed(send_email(provisioned(), EmailKind.ACCOUNT_READY, SENT))
    notified = changed(send_email(one, EmailKind.ACCOUNT_CREATED_NOTICE, SENT))
    assert notified.state is State.PROVISIONED
    completed = changed(send_email(notified, EmailKind.IMPORTER_VIEW_CONFIRMED, SENT))
    again = changed(send_email(replace(completed), EmailKind.ACCOUNT_CREATED_NOTICE, SENT))
    assert again.state is State.COMPLETED


def test_an_email_that_did_not_go_out_completes_nothing() -> None:
    one = changed(send_email(provisioned(), EmailKind.ACCOUNT_READY, SENT))
    for handed_over in (DEFERRED, REFUSED, PARKED):
        decision = send_email(one, EmailKind.IMPORTER_VIEW_CONFIRMED, handed_over)
        assert state(decision) is State.PROVISIONED
        assert decision.failure


def test_an_email_about_no_application_is_a_dead_letter() -> None:
    with pytest.raises(PermanentFailure):
        send_code(None)
    with pytest.raises(PermanentFailure):
        send_email(None, EmailKind.ACCOUNT_READY)
