"""A code is issued once, in time, and withdrawn by whatever ends it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.verifier import steps
from shared.contracts.commands import AbandonApplication
from shared.contracts.events import ApplicationAccepted, CodeEmailRefused, CodeIssued, CodeWithdrawn
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.decision import Decision
from shared.domain.errors import PermanentFailure
from tests.support.applications import ID, NOW, TICK, begun, changed, problem, state
from tests.unit.verifier.codes import CODES, LIFETIME, PARTIES, a_wrong_code, awaiting, check, issue, opened, situation


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


def test_its_email_is_due_since_the_requester_sent_the_form() -> None:
    clicked = NOW - timedelta(seconds=40)
    [event] = issue(replace(begun(), taken_at=clicked), NOW).follow_ups
    assert isinstance(event, CodeIssued)
    assert event.due_at == clicked


@pytest.mark.parametrize(
    "found", [Problem.IMPORTER_NOT_MATCHED, Problem.POC_EMAIL_MISSING, Problem.CONTACT_RECENTLY_CHANGED]
)
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


@pytest.mark.parametrize("found", [None, Problem.IMPORTER_NOT_MATCHED, Problem.POC_EMAIL_MISSING])
def test_a_decoy_awaits_a_code_that_nobody_gets_and_behaves_like_any_other(found: Problem | None) -> None:
    decision = issue(replace(begun(), uniform=True, importer=None), parties=found)
    assert state(decision) is State.AWAITING_CODE
    assert decision.follow_ups == ()
    decoy, real = changed(decision), replace(awaiting()[0], uniform=True)
    assert decoy.code
    assert decoy.ends_at == real.ends_at
    assert guess(decoy) == guess(real) == [Problem.CODE_WRONG] * 4 + [Problem.APPLICATION_LOCKED]


def guess(application: Application) -> list[Problem | None]:
    """What five wrong codes are answered."""
    told: list[Problem | None] = []
    for _ in range(5):
        answer = check(application, "0000-0000")
        application = changed(answer)
        told.append(problem(answer))
    return told


def test_a_refused_code_email_does_not_tell_whether_a_record_matched() -> None:
    application = replace(awaiting()[0], uniform=True)
    decision = steps.reject_application(CodeEmailRefused(application_id=ID, attempt=1), situation(application))
    assert state(decision) is State.AWAITING_CODE
    assert changed(decision).history[-1].cause == CodeEmailRefused.name()


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
