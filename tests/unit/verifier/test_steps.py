"""What the verifier decides: it issues codes, counts and judges guesses, and abandons applications."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.verifier import steps
from services.verifier.codes import Codes
from services.verifier.parties import Parties
from shared.contracts.commands import AbandonApplication, CheckCode
from shared.contracts.events import ApplicationAccepted, CodeEmailRefused, CodeIssued, CodeWithdrawn
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationAbandoned, CodeAccepted, NotYet, Refused
from shared.contracts.sealed import CodeEmail, Grant, TypedCode
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.decision import Decision, Situation
from shared.domain.errors import PermanentFailure
from shared.security.fingerprints import Fingerprints
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer, name_context
from shared.storage.sealed_documents import Applicant, Contact
from tests.support.applications import ID, NOW, TICK, begun, changed, problem, state

OTHER = UUID(int=2)
LIFETIME = timedelta(minutes=10)

CODES = Codes(
    codes=Fingerprints(KeyRing.parse(make_ring())),
    grants=Fingerprints(KeyRing.parse(make_ring())),
    commands=Sealer(KeyRing.parse(make_ring())),
    emails=Sealer(KeyRing.parse(make_ring())),
    lifetime=LIFETIME,
)


PARTIES = Parties(
    Applicant(company_name="acme", importer_number="123-45-6789", email="jane@example.com"),
    Contact(company_name="ACME INC", poc_name="Pat Lee", poc_email="pat@acme.example"),
    "k1.sealed",
)


def situation(application: Application | None, now: datetime = NOW) -> Situation:
    return Situation(application, uuid4(), "gateway", now)


def issue(application: Application, now: datetime = NOW, parties: Parties | Problem | None = PARTIES) -> Decision:
    event = ApplicationAccepted(application_id=application.id, taken_at=application.taken_at)
    return steps.issue_code(event, situation(application, now), parties, CODES)


def awaiting(id: UUID = ID) -> tuple[Application, str]:
    """An application that awaits its code, with the code."""
    decision = issue(begun(id))
    [event] = decision.follow_ups
    assert isinstance(event, CodeIssued)
    return changed(decision), opened(event).code


def opened(event: CodeIssued) -> CodeEmail:
    return CODES.emails.open(CodeEmail, event.content, name_context(event.TYPE, "content", event.application_id))


def check(
    application: Application | None, code: str, *, taken_at: datetime = NOW, now: datetime = NOW, id: UUID = ID
) -> Decision:
    sealed = CODES.commands.seal(TypedCode(code=code), name_context(CheckCode.TYPE, "code", id))
    command = CheckCode(application_id=id, taken_at=taken_at, code=sealed)
    return steps.check_code(command, situation(application, now), CODES)


def a_wrong_code(right: str) -> str:
    return ("0" if right[0] != "0" else "1") + right[1:]


def test_an_accepted_application_gets_a_code_that_lives_ten_minutes() -> None:
    decision = issue(begun(), NOW + timedelta(minutes=5))
    assert state(decision) is State.AWAITING_CODE
    code = changed(decision).code
    assert code
    issued_at = NOW + timedelta(minutes=5)
    assert (code.issued_at, code.expires_at, code.tries) == (issued_at, issued_at + LIFETIME, 0)
    [event] = decision.follow_ups
    assert isinstance(event, CodeIssued)
    assert event.expires_at == code.expires_at
    assert decision.reply is None
    content = opened(event)
    assert (content.recipient, content.poc_name, content.company_name) == ("pat@acme.example", "Pat Lee", "ACME INC")
    assert (content.requester_email, content.importer_number) == ("jane@example.com", "***-**-6789")
    assert changed(decision).contact == PARTIES.sealed_contact


@pytest.mark.parametrize("found", [Problem.IMPORTER_NOT_MATCHED, Problem.POC_EMAIL_MISSING])
def test_a_record_that_changed_since_gets_no_code(found: Problem) -> None:
    decision = issue(begun(), parties=found)
    assert state(decision) is State.REJECTED
    assert changed(decision).problem is found
    assert decision.follow_ups == ()


@pytest.mark.parametrize("left", State)
def test_a_refused_code_email_ends_an_application_that_awaits_its_code(left: State) -> None:
    application = replace(awaiting()[0], state=left)
    event = CodeEmailRefused(application_id=ID, attempt=1)
    decision = steps.reject_application(event, situation(application))
    if left is State.AWAITING_CODE:
        assert changed(decision).problem is Problem.POC_EMAIL_REFUSED
        assert decision.follow_ups == (CodeWithdrawn(application_id=ID),)
    else:
        assert decision == Decision()


def test_whatever_leaves_awaiting_code_withdraws_the_code() -> None:
    application, code = awaiting()
    command = AbandonApplication(application_id=ID, taken_at=NOW)
    last_try = replace(application, code=replace(application.code, tries=4)) if application.code else application
    left = {
        State.VERIFIED: check(application, code),
        State.LOCKED: check(last_try, a_wrong_code(code)),
        State.EXPIRED: check(application, code, taken_at=NOW + LIFETIME, now=NOW + LIFETIME),
        State.ABANDONED: steps.abandon_application(command, situation(application)),
    }
    for expected, decision in left.items():
        assert state(decision) is expected
        assert decision.follow_ups == (CodeWithdrawn(application_id=ID),)
    assert check(application, a_wrong_code(code)).follow_ups == ()
    assert steps.abandon_application(command, situation(begun())).follow_ups == ()


def test_the_code_itself_is_not_kept() -> None:
    application, code = awaiting()
    kept = repr(application)
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_a_code_is_issued_only_within_an_hour_of_the_start() -> None:
    assert state(issue(begun(), NOW + timedelta(hours=1) - TICK)) is State.AWAITING_CODE
    late = issue(begun(), NOW + timedelta(hours=1))
    assert state(late) is State.EXPIRED
    assert late.follow_ups == ()


@pytest.mark.parametrize("left", [State.ABANDONED, State.EXPIRED, State.REJECTED])
def test_no_code_is_issued_for_an_application_that_is_over(left: State) -> None:
    assert issue(begun().move_to(left, NOW, "test")) == Decision()


def test_a_second_code_is_never_issued() -> None:
    application, _ = awaiting()
    assert issue(application) == Decision()


def test_an_event_about_no_application_is_a_dead_letter() -> None:
    with pytest.raises(PermanentFailure):
        steps.issue_code(ApplicationAccepted(application_id=ID, taken_at=NOW), situation(None), None, CODES)


def test_the_right_code_verifies_and_brings_a_grant_that_is_kept_as_its_fingerprint_only() -> None:
    application, code = awaiting()
    decision = check(application, code)
    assert state(decision) is State.VERIFIED
    assert isinstance(decision.reply, CodeAccepted)
    assert decision.reply.details_until == NOW + timedelta(hours=6)
    context = name_context(CodeAccepted.TYPE, "grant", ID)
    token = CODES.commands.open(Grant, decision.reply.grant, context).token
    grant = changed(decision).grant
    assert grant
    assert token not in repr(decision.changed)
    assert CODES.grants.matches(grant, str(ID), token)
    assert not CODES.grants.matches(grant, str(OTHER), token)


@pytest.mark.parametrize("spelt", [str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("0", "O")])
def test_the_right_code_is_right_however_it_is_spelled(spelt: Any) -> None:
    application, code = awaiting()
    assert state(check(application, spelt(code))) is State.VERIFIED


def test_a_wrong_code_costs_a_try_and_the_reply_says_how_many_are_left() -> None:
    application, code = awaiting()
    for left in (4, 3, 2, 1):
        decision = check(application, a_wrong_code(code))
        assert decision.reply == Refused(application_id=ID, problem=Problem.CODE_WRONG, tries_left=left)
        application = changed(decision)
        assert application.state is State.AWAITING_CODE
        assert application.tries_left == left
    last = check(application, a_wrong_code(code))
    assert state(last) is State.LOCKED
    assert problem(last) is Problem.APPLICATION_LOCKED


def check_after_wrong_codes(count: int) -> Decision:
    """The decision on the right code after this many wrong ones."""
    application, code = awaiting()
    for _ in range(count):
        application = check(application, a_wrong_code(code)).changed or application
    return check(application, code)


def test_after_five_wrong_tries_the_right_code_is_refused() -> None:
    decision = check_after_wrong_codes(5)
    assert decision.changed is None
    assert problem(decision) is Problem.APPLICATION_LOCKED


def test_the_fifth_try_may_be_the_right_one() -> None:
    decision = check_after_wrong_codes(4)
    assert state(decision) is State.VERIFIED
    assert changed(decision).tries_left == 0


@pytest.mark.parametrize("typed", ["", "U" * 8, "7K2M", "x" * 400])
def test_an_impossible_code_costs_a_try_too(typed: str) -> None:
    application, _ = awaiting()
    decision = check(application, typed)
    assert problem(decision) is Problem.CODE_WRONG
    assert changed(decision).tries_left == 4


def test_a_code_works_once() -> None:
    application, code = awaiting()
    verified = check(application, code).changed
    decision = check(verified, code)
    assert decision.changed is None
    assert problem(decision) is Problem.SESSION_OVER


def test_a_code_works_for_its_own_application_only() -> None:
    application, _ = awaiting()
    _, code = awaiting(OTHER)
    assert problem(check(application, code)) is Problem.CODE_WRONG


def test_a_code_sealed_for_another_application_is_a_dead_letter_and_costs_no_try() -> None:
    application, code = awaiting()
    sealed = CODES.commands.seal(TypedCode(code=code), name_context(CheckCode.TYPE, "code", OTHER))
    with pytest.raises(PermanentFailure) as failure:
        steps.check_code(CheckCode(application_id=ID, taken_at=NOW, code=sealed), situation(application), CODES)
    assert code not in failure.value.reason


@pytest.mark.parametrize(
    ("taken", "now", "verified"),
    [
        (LIFETIME - TICK, LIFETIME - TICK, True),
        (LIFETIME, LIFETIME, False),
        (LIFETIME - TICK, LIFETIME + timedelta(minutes=50), True),  # the verifier was down
        (LIFETIME, LIFETIME + timedelta(minutes=50), False),
        (-timedelta(days=1), timedelta(minutes=1), True),  # limited to the moment of issue
        (timedelta(days=1), timedelta(minutes=1), True),  # limited to now
        (timedelta(days=1), LIFETIME, False),
    ],
)
def test_lateness_is_judged_by_when_it_was_entered_held_between_issue_and_now(
    taken: timedelta, now: timedelta, verified: bool
) -> None:
    application, code = awaiting()
    decision = check(application, code, taken_at=NOW + taken, now=NOW + now)
    assert state(decision) is (State.VERIFIED if verified else State.EXPIRED)
    if not verified:
        assert problem(decision) is Problem.CODE_EXPIRED


def test_the_time_for_the_details_runs_from_when_the_code_was_entered() -> None:
    application, code = awaiting()
    decision = check(application, code, taken_at=NOW + timedelta(minutes=9), now=NOW + timedelta(minutes=40))
    assert isinstance(decision.reply, CodeAccepted)
    assert decision.reply.details_until == NOW + timedelta(hours=6, minutes=9)
    assert changed(decision).ends_at == decision.reply.details_until


@pytest.mark.parametrize("application", [None, begun()], ids=["not there yet", "requested"])
def test_a_code_that_comes_before_one_was_issued_is_answered_not_yet(application: Application | None) -> None:
    assert check(application, "7K2M-0XQ9") == Decision(reply=NotYet(application_id=ID))


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (State.EXPIRED, Problem.CODE_EXPIRED),
        (State.LOCKED, Problem.APPLICATION_LOCKED),
        (State.ABANDONED, Problem.SESSION_OVER),
    ],
)
def test_a_code_for_an_application_that_has_ended_is_answered_with_the_reason(left: State, said: Problem) -> None:
    application, code = awaiting()
    decision = check(application.move_to(left, NOW, "test"), code)
    assert decision.changed is None
    assert problem(decision) is said


def test_a_code_whose_email_was_refused_for_good_is_reported() -> None:
    application, code = awaiting()
    refused = application.reject(Problem.POC_EMAIL_REFUSED, NOW, "code-issued")
    assert problem(check(refused, code)) is Problem.POC_EMAIL_REFUSED


def abandon(application: Application | None) -> Decision:
    return steps.abandon_application(AbandonApplication(application_id=ID, taken_at=NOW), situation(application))


def test_going_back_closes_the_application_and_kills_its_code() -> None:
    application, code = awaiting()
    decision = abandon(application)
    assert state(decision) is State.ABANDONED
    assert decision.reply == ApplicationAbandoned(application_id=ID)
    assert problem(check(decision.changed, code)) is Problem.SESSION_OVER


def test_an_application_can_be_left_before_its_code_and_after_it() -> None:
    application, code = awaiting()
    assert state(abandon(begun())) is State.ABANDONED
    assert state(abandon(check(application, code).changed)) is State.ABANDONED


def test_leaving_an_application_that_is_not_there_yet_leaves_a_tombstone() -> None:
    decision = abandon(None)
    application = changed(decision)
    assert [entry.state for entry in application.history] == [State.REQUESTED, State.ABANDONED]
    assert application.gateway == "gateway"
    assert not application.is_placeholder


def test_leaving_what_is_over_changes_nothing() -> None:
    over = begun().move_to(State.EXPIRED, NOW, "test")
    assert abandon(over) == Decision(reply=ApplicationAbandoned(application_id=ID))


def test_what_is_submitted_cannot_be_left_and_says_so() -> None:
    application, code = awaiting()
    submitted = changed(check(application, code)).submit("sealed", NOW, "test")
    for left in (submitted, submitted.provision("A-1", NOW, "test")):
        assert abandon(left) == Decision(reply=Refused(application_id=ID, problem=Problem.SESSION_OVER))
