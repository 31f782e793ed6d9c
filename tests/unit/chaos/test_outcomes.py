"""The checks of the fifth invariant find untrue pages."""

from dataclasses import replace

import pytest

from shared.contracts.state import State
from shared.domain.application import Transition
from tests.unit.chaos.case import NOW, TO_SUBMITTED, TO_VERIFIED, Case


def test_a_step_that_does_not_exist_is_found(case: Case) -> None:
    case.goes(case.owner, *TO_VERIFIED, State.PROVISIONED, State.COMPLETED)
    assert case.broken() == [f"5 outcomes: {case.owner} went from verified to provisioned"]


def test_an_application_that_was_locked_and_then_verified_is_found(case: Case) -> None:
    states = (*TO_VERIFIED[:2], State.LOCKED, *TO_SUBMITTED[2:], State.PROVISIONED, State.COMPLETED)
    case.goes(case.owner, *states)
    assert case.broken() == [f"5 outcomes: {case.owner} went from locked to verified"]


@pytest.mark.parametrize("part", ["beginning", "end"])
def test_an_incomplete_history_is_found(case: Case, part: str) -> None:
    history = case.application(case.owner).history
    case.change(case.owner, history=history[1:] if part == "beginning" else history[:-1])
    [found] = case.broken()
    assert found == f"5 outcomes: the history of {case.owner} does not lead from its beginning to completed"


def test_a_refused_application_that_was_told_as_accepted_is_found(case: Case) -> None:
    first = (Transition(State.REQUESTED, NOW, "a message"), Transition(State.REJECTED, NOW, "a message"))
    case.change(case.waiting, state=State.REJECTED, history=first)
    assert case.broken() == [f"5 outcomes: {case.waiting} was shown /code, and was never awaiting-code"]


def test_an_application_wrongly_shown_as_verified_is_found(case: Case) -> None:
    story = case.story(case.waiting)
    story.entered.append((case.waiting, case.evidence.emails[-1].code or ""))
    case.tell(case.waiting, "/details")
    assert case.broken() == [f"5 outcomes: {case.waiting} was shown /details, and was never verified"]


def test_a_page_that_says_that_something_went_wrong_says_nothing_about_the_application(case: Case) -> None:
    case.tell(case.waiting, "/confirmation", status=503)
    assert case.broken() == []


def test_an_unknown_application_on_a_page_is_found(case: Case) -> None:
    page = case.story(case.waiting).told[0]
    case.story(case.waiting).told.append(replace(page, reference="ACE-0000-0000"))
    assert case.broken() == ["5 outcomes: ACE-0000-0000 was shown /code, and there is no application"]


def test_a_person_told_of_a_missing_account_is_found(case: Case) -> None:
    case.tell(case.rival, "/confirmation", account="A1000009")
    case.story(case.rival).end = "account"
    assert f"5 outcomes: {case.rival} was told of account A1000009, and it has none such" in case.broken()


def test_a_person_told_of_a_rivals_account_is_found(case: Case) -> None:
    story = case.story(case.owner)
    story.told[-1] = replace(story.told[-1], account="A1000002")
    assert f"5 outcomes: {case.owner} was told of account A1000002, and it has none such" in case.broken()


def test_a_person_told_of_a_second_account_is_found(case: Case) -> None:
    case.tell(case.owner, "/confirmation", account="A1000009")
    assert case.broken() == [f"5 outcomes: {case.owner} was told of account A1000009, and it has none such"]


def test_a_confirmation_page_without_an_account_is_found(case: Case) -> None:
    story = case.story(case.owner)
    story.told[-1] = replace(story.told[-1], account="")
    assert f"5 outcomes: {[case.owner]} was told of success, and of no account" in case.broken()


@pytest.mark.parametrize("end", ["importer-already-linked", "email-in-use", "unavailable", "session-over", "left"])
def test_a_person_with_an_account_who_was_told_otherwise_is_found(case: Case, end: str) -> None:
    story = case.story(case.owner)
    del story.told[-1]
    story.end = end
    assert case.broken() == [f"5 outcomes: {case.owner} was told {end}, and has an account"]


def test_two_rivals_who_were_both_told_of_an_account_are_found(case: Case) -> None:
    case.tell(case.rival, "/confirmation", account="A1000001")
    assert "5 outcomes: 2 of 2 rivals for one importer got an account" in case.broken()


def test_two_with_one_address_who_were_both_told_of_an_account_are_found(case: Case) -> None:
    mine, others = case.story(case.owner), case.story(case.unlucky)
    others.person = replace(others.person, email=mine.person.email.title())
    assert "5 outcomes: 2 of 2 rivals for one address got an account" in case.broken()


def test_a_person_refused_without_a_rival_is_found(case: Case) -> None:
    story = case.story(case.waiting)
    story.end = "importer-already-linked"
    assert case.broken() == [f"5 outcomes: {[case.waiting]} was told importer-already-linked, and nobody was before"]


def test_an_address_that_was_taken_by_nobody_is_found(case: Case) -> None:
    case.story(case.rival).end = "email-in-use"
    assert case.broken() == [f"5 outcomes: {[case.rival]} was told email-in-use, and nobody was before"]


def test_a_rival_may_have_lost_to_somebody_who_never_saw_the_account(case: Case) -> None:
    story = case.story(case.owner)
    del story.told[-1]
    story.end = ""
    assert not [found for found in case.broken() if found.startswith("5")]
