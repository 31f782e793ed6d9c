"""The checks of the fourth invariant find codes that were wrongly accepted."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.contracts.replies import CodeAccepted
from shared.contracts.state import State
from shared.domain.handled_result import HandledResult
from tests.unit.chaos.case import CODE, NOW, TO_VERIFIED, Case


def has_tries(case: Case, reference: str, tries: int) -> None:
    """Sets how many tries were counted."""
    code = case.application(reference).code
    assert code
    case.change(reference, code=replace(code, tries=tries))


@pytest.mark.parametrize("whose", ["nobody's", "another's"])
def test_a_code_that_is_not_this_applications_is_found(case: Case, whose: str) -> None:
    other = case.email(case.rival, CODE).code
    story = case.story(case.owner)
    story.entered = [(case.owner, other or "")] if whose == "another's" else []
    assert case.broken() == [f"4 codes: {case.owner} got to the details without its code"]


def test_a_code_that_was_entered_for_another_application_is_found(case: Case) -> None:
    story = case.story(case.owner)
    story.entered = [(case.rival, code) for _, code in story.entered]
    assert case.broken() == [f"4 codes: {case.owner} got to the details without its code"]


def test_verification_twice_is_found_in_the_history(case: Case) -> None:
    case.goes(case.owner, *TO_VERIFIED, State.VERIFIED, State.SUBMITTED, State.PROVISIONED, State.COMPLETED)
    assert f"4 codes: {case.owner} was verified twice" in case.broken()


def test_a_code_accepted_twice_is_found(case: Case) -> None:
    application = case.application(case.owner)
    accepted = next(
        outcome.reply for outcome in application.handled.values() if isinstance(outcome.reply, CodeAccepted)
    )
    case.change(case.owner, handled={**application.handled, uuid4(): HandledResult(NOW, accepted)})
    assert case.broken() == [f"4 codes: {case.owner} was verified twice"]


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1)])
def test_verification_after_its_time_is_found(case: Case, late: timedelta) -> None:
    code = case.application(case.owner).code
    assert code
    case.change(case.owner, verified_at=code.expires_at + late)
    assert case.broken() == [f"4 codes: {case.owner} was verified after its time"]


def test_verification_just_in_time_is_valid(case: Case) -> None:
    code = case.application(case.owner).code
    assert code
    case.change(case.owner, verified_at=code.expires_at - timedelta(milliseconds=1))
    assert case.broken() == []


@pytest.mark.parametrize("counted", [1, 5, 6])
def test_verification_after_five_wrong_codes_is_found(case: Case, counted: int) -> None:
    case.guess(case.owner, 5)
    has_tries(case, case.owner, counted)
    assert case.broken() == [f"4 codes: {case.owner} was verified after 5 wrong codes"]


def test_verification_after_four_wrong_codes_is_valid(case: Case) -> None:
    case.guess(case.owner, 4)
    has_tries(case, case.owner, 5)
    assert case.broken() == []


def test_an_application_locked_after_five_wrong_codes_is_valid(case: Case) -> None:
    case.guess(case.waiting, 5)
    has_tries(case, case.waiting, 5)
    case.goes(case.waiting, *TO_VERIFIED[:2], State.LOCKED)
    assert case.broken() == []


def test_a_sixth_try_is_found(case: Case) -> None:
    has_tries(case, case.waiting, 6)
    assert case.broken() == [f"4 codes: {case.waiting} had 6 tries"]


@pytest.mark.parametrize(("reference", "tries"), [("waiting", 1), ("owner", 0)])
def test_a_try_that_was_not_counted_is_found(case: Case, reference: str, tries: int) -> None:
    reference = getattr(case, reference)
    has_tries(case, reference, tries)
    wrong = 2 if reference == case.waiting else 0
    assert case.broken() == [f"4 codes: {reference} had {wrong} wrong codes, and {tries} tries were counted"]


def test_a_code_that_never_got_through_and_a_page_shown_again_do_not_count(case: Case) -> None:
    case.story(case.waiting).entered.append((case.waiting, "0000-0009"))
    case.tell(case.owner, "/code", "code-wrong")
    assert case.broken() == []
