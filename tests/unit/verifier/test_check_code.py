"""Tries are counted, and a code is judged by when it was entered."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.verifier import steps
from shared.contracts.commands import CheckCode
from shared.contracts.conversations import FORM
from shared.contracts.problem import Problem
from shared.contracts.replies import CodeAccepted, NotYet, Refused
from shared.contracts.sealed import Grant, TypedCode
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.decision import Decision
from shared.domain.errors import PermanentFailure
from shared.security.sealing import name_context
from tests.support.applications import ID, NOW, begun, changed, problem, state
from tests.unit.verifier.codes import CODES, a_wrong_code, awaiting, check, situation

OTHER = UUID(int=2)


def test_the_right_code_verifies_and_brings_a_grant_that_is_kept_as_its_fingerprint_only() -> None:
    application, code = awaiting()
    decision = check(application, code)
    assert state(decision) is State.VERIFIED
    assert isinstance(decision.reply, CodeAccepted)
    assert decision.reply.details_until == NOW + timedelta(hours=6)
    context = name_context(CodeAccepted.TYPE, "grant", ID)
    token = CODES.commands.find(FORM).open(Grant, decision.reply.grant, context).token
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
    sealed = CODES.commands.find(FORM).seal(TypedCode(code=code), name_context(CheckCode.TYPE, "code", OTHER))
    with pytest.raises(PermanentFailure) as failure:
        steps.check_code(CheckCode(application_id=ID, taken_at=NOW, code=sealed), situation(application), CODES)
    assert code not in failure.value.reason


def test_the_time_for_the_details_runs_from_when_the_code_was_entered() -> None:
    application, code = awaiting()
    entered, handled = NOW + timedelta(minutes=9), NOW + timedelta(minutes=40)
    decision = check(application, code, taken_at=entered, stamped_at=entered, now=handled)
    assert isinstance(decision.reply, CodeAccepted)
    assert decision.reply.details_until == NOW + timedelta(hours=6, minutes=9)
    assert changed(decision).ends_at == decision.reply.details_until


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


@pytest.mark.parametrize("application", [None, begun()], ids=["not there yet", "requested"])
def test_a_code_that_comes_before_one_was_issued_is_answered_not_yet(application: Application | None) -> None:
    assert check(application, "7K2M-0XQ9") == Decision(reply=NotYet(application_id=ID))
