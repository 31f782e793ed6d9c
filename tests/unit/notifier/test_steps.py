"""What the notifier decides about a letter, before it is handed over and after."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.notifier import steps
from services.notifier.mailer import HandedOver
from shared.contracts.events import CodeIssued, LetterDue
from shared.domain.application import LETTERS_TO_COMPLETE, Application, Code, Parked
from shared.domain.decision import Decision
from shared.domain.letter import LEASE, LetterKind, LetterStatus
from shared.domain.outcome import Outcome
from shared.domain.problem import Problem
from shared.domain.state import State
from shared.domain.trouble import Poison, Transient
from shared.messaging.step import Situation

NOW = datetime.fromisoformat("2026-11-22T15:00:00+00:00")
EXPIRES = NOW + timedelta(minutes=10)
TICK = timedelta(milliseconds=1)
ID = UUID(int=1)
CODE = LetterKind.VERIFICATION_CODE
CODE_ISSUED = CodeIssued(application_id=ID, code="k1." + "A" * 60, expires_at=EXPIRES)
SENT = HandedOver(LetterStatus.SENT)
DEFERRED = HandedOver(LetterStatus.DEFERRED, "the mail server wants the email later (450 at RCPT)", 450)
REFUSED = HandedOver(LetterStatus.REFUSED, "the mail server refuses the address for good (550 5.1.1 at RCPT)", 550)
PARKED = HandedOver(LetterStatus.PARKED, "the letter cannot be written: no key has the id k1")


def awaiting() -> Application:
    """An application that awaits its code, and still keeps the sealed code for a repeat."""
    begun = Application.begin(ID, gateway="gateway", taken_at=NOW, now=NOW, cause="start-application")
    application = begun.awaiting(Code("mac", NOW, EXPIRES), NOW, "application-accepted")
    return application.remembering(uuid4(), Outcome(NOW, None, (CODE_ISSUED,)))


def provisioned() -> Application:
    verified = awaiting().verified("grant", NOW, NOW, "check-code")
    return verified.submitted("sealed", NOW, "submit-details").provisioned("A-1", NOW, "application-submitted")


def send_code(application: Application | None, handed_over: HandedOver | None = None, now: datetime = NOW) -> Decision:
    return steps.send_code(CODE_ISSUED, Situation(application, uuid4(), "verifier", now), handed_over)


def send_letter(
    application: Application | None, kind: LetterKind, handed_over: HandedOver | None = None, now: datetime = NOW
) -> Decision:
    event = LetterDue(application_id=ID, letter=kind)
    return steps.send_letter(event, Situation(application, uuid4(), "provisioner", now), handed_over)


def after(decision: Decision) -> Application:
    assert decision.application
    return decision.application


def keeps_code(application: Application) -> bool:
    return any(outcome.follow_ups for outcome in application.handled.values())


def test_a_code_letter_is_claimed_before_it_goes_out() -> None:
    decision = send_code(awaiting())
    assert decision.hand_over is CODE
    letter = after(decision).letters[CODE]
    assert (letter.status, letter.attempts, letter.leased_until) == (LetterStatus.SENDING, 1, NOW + LEASE)
    assert not decision.finished


def test_another_notifier_waits_until_the_claim_is_over() -> None:
    claimed = after(send_code(awaiting()))
    with pytest.raises(Transient):
        send_code(claimed, now=NOW + LEASE - TICK)
    again = send_code(claimed, now=NOW + LEASE)
    assert again.hand_over is CODE
    assert after(again).letters[CODE].attempts == 2


def test_once_its_letter_is_out_the_sealed_code_is_gone() -> None:
    claimed = after(send_code(awaiting()))
    assert keeps_code(claimed)
    decision = send_code(claimed, SENT)
    assert decision.finished
    assert after(decision).letters[CODE].status is LetterStatus.SENT
    assert after(decision).letters[CODE].leased_until is None
    assert not keeps_code(after(decision))
    assert after(decision).state is State.AWAITING_CODE


def test_a_letter_that_is_out_does_not_go_out_again() -> None:
    sent = after(send_code(after(send_code(awaiting())), SENT))
    assert send_code(sent) == Decision()


def test_a_deferred_code_letter_comes_again_and_keeps_its_code() -> None:
    decision = send_code(after(send_code(awaiting())), DEFERRED)
    assert isinstance(decision.trouble, Transient)
    letter = after(decision).letters[CODE]
    assert (letter.status, letter.reason, letter.leased_until) == (LetterStatus.DEFERRED, DEFERRED.reason, None)
    assert keeps_code(after(decision))
    assert send_code(after(decision)).hand_over is CODE


def test_a_code_letter_that_is_refused_for_good_ends_the_application_at_once() -> None:
    decision = send_code(after(send_code(awaiting())), REFUSED)
    assert after(decision).state is State.REJECTED
    assert after(decision).problem is Problem.POC_EMAIL_REFUSED
    assert not keeps_code(after(decision))
    assert isinstance(decision.trouble, Poison)
    assert decision.trouble.status == 550


def test_a_code_letter_that_cannot_be_written_is_parked_and_the_application_lives_on() -> None:
    decision = send_code(after(send_code(awaiting())), PARKED)
    assert after(decision).state is State.AWAITING_CODE
    assert after(decision).problem is None
    letter = after(decision).letters[CODE]
    assert (letter.status, letter.reason, letter.leased_until) == (LetterStatus.PARKED, PARKED.reason, None)
    assert isinstance(decision.trouble, Poison)
    assert decision.trouble.reason == PARKED.reason
    assert keeps_code(after(decision))


def test_a_parked_letter_that_is_sent_back_goes_out_while_its_code_lives() -> None:
    id = uuid4()
    parked = after(send_code(after(send_code(awaiting())), PARKED))
    parked = parked.with_parked(Parked(id, "code-issued", "no key", NOW, CODE))
    again = steps.send_code(CODE_ISSUED, Situation(parked, id, "verifier", EXPIRES - TICK), None)
    assert again.hand_over is CODE
    assert after(again).parked == {}
    assert after(send_code(after(again), SENT)).letters[CODE].status is LetterStatus.SENT


def test_what_the_mail_server_said_is_kept_with_the_letter_and_not_in_the_reason() -> None:
    refused = replace(DEFERRED, words="4.7.1 <***> greylisted")
    decision = send_code(after(send_code(awaiting())), refused)
    assert after(decision).letters[CODE].reason == f"{DEFERRED.reason}: 4.7.1 <***> greylisted"
    assert str(decision.trouble) == DEFERRED.reason


@pytest.mark.parametrize("left", [State.EXPIRED, State.LOCKED, State.ABANDONED])
def test_a_code_letter_goes_only_while_its_code_is_awaited(left: State) -> None:
    assert send_code(awaiting().moved(left, NOW, "test")) == Decision()
    assert send_code(awaiting().verified("grant", NOW, NOW, "test")) == Decision()


def test_after_its_code_expired_a_letter_is_a_dead_letter() -> None:
    assert send_code(awaiting(), now=EXPIRES - TICK).hand_over is CODE
    with pytest.raises(Poison):
        send_code(awaiting(), now=EXPIRES)


@pytest.mark.parametrize("left", [State.EXPIRED, State.ABANDONED])
@pytest.mark.parametrize("handed_over", [SENT, REFUSED, PARKED])
def test_what_came_of_a_letter_is_written_down_even_if_the_application_ended_meanwhile(
    left: State, handed_over: HandedOver
) -> None:
    ended = after(send_code(awaiting())).moved(left, NOW, "test")
    decision = send_code(ended, handed_over)
    assert after(decision).letters[CODE].status is handed_over.status
    assert after(decision).state is left
    assert after(decision).problem is None


@pytest.mark.parametrize("slower", [DEFERRED, REFUSED, PARKED])
def test_a_letter_that_was_sent_stays_sent_whatever_a_slower_twin_reports(slower: HandedOver) -> None:
    sent = after(send_letter(provisioned(), LetterKind.ACCOUNT_READY, SENT))
    decision = send_letter(sent, LetterKind.ACCOUNT_READY, slower)
    assert after(decision).letters[LetterKind.ACCOUNT_READY].status is LetterStatus.SENT
    assert decision.trouble is None


@pytest.mark.parametrize("slower", [DEFERRED, REFUSED, PARKED])
def test_a_failure_is_not_written_down_once_another_has_claimed_the_letter(slower: HandedOver) -> None:
    first = after(send_code(awaiting()))
    second = after(send_code(first, now=NOW + LEASE))
    situation = Situation(second, uuid4(), "verifier", NOW + LEASE, first.letters[CODE])
    decision = steps.send_code(CODE_ISSUED, situation, slower)
    assert after(decision).letters == second.letters
    assert after(decision).state is State.AWAITING_CODE
    assert isinstance(decision.trouble, Transient)


def test_that_a_letter_is_out_is_written_down_even_if_another_has_claimed_it() -> None:
    kind = LetterKind.ACCOUNT_READY
    first = after(send_letter(provisioned(), kind))
    second = after(send_letter(first, kind, now=NOW + LEASE))
    situation = Situation(second, uuid4(), "provisioner", NOW + LEASE, first.letters[kind])
    decision = steps.send_letter(LetterDue(application_id=ID, letter=kind), situation, SENT)
    assert after(decision).letters[kind].status is LetterStatus.SENT
    assert decision.trouble is None


def test_a_code_letter_that_was_sent_stays_sent_and_does_not_end_the_application() -> None:
    sent = after(send_code(after(send_code(awaiting())), SENT))
    decision = send_code(sent, REFUSED)
    assert after(decision).letters[CODE].status is LetterStatus.SENT
    assert after(decision).state is State.AWAITING_CODE
    assert decision.trouble is None


@pytest.mark.parametrize("order", [LETTERS_TO_COMPLETE, tuple(reversed(LETTERS_TO_COMPLETE))])
def test_an_application_is_completed_by_the_second_of_the_requesters_letters(order: tuple[LetterKind, ...]) -> None:
    first = after(send_letter(provisioned(), order[0], SENT))
    assert first.state is State.PROVISIONED
    second = after(send_letter(first, order[1], SENT))
    assert second.state is State.COMPLETED
    assert second.history[-1].cause == "letter-due"


def test_the_letter_to_the_point_of_contact_completes_nothing() -> None:
    one = after(send_letter(provisioned(), LetterKind.ACCOUNT_READY, SENT))
    notified = after(send_letter(one, LetterKind.ACCOUNT_CREATED_NOTICE, SENT))
    assert notified.state is State.PROVISIONED
    completed = after(send_letter(notified, LetterKind.IMPORTER_VIEW_CONFIRMED, SENT))
    again = after(send_letter(replace(completed), LetterKind.ACCOUNT_CREATED_NOTICE, SENT))
    assert again.state is State.COMPLETED


def test_a_letter_that_did_not_go_out_completes_nothing() -> None:
    one = after(send_letter(provisioned(), LetterKind.ACCOUNT_READY, SENT))
    for handed_over in (DEFERRED, REFUSED, PARKED):
        decision = send_letter(one, LetterKind.IMPORTER_VIEW_CONFIRMED, handed_over)
        assert after(decision).state is State.PROVISIONED
        assert decision.trouble


def test_a_letter_about_no_application_is_a_dead_letter() -> None:
    with pytest.raises(Poison):
        send_code(None)
    with pytest.raises(Poison):
        send_letter(None, LetterKind.ACCOUNT_READY)
