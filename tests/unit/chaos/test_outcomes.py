"""The checks of the fifth invariant find what was told and is not so."""

from dataclasses import replace

import pytest

from shared.contracts.state import State
from shared.domain.application import Transition
from tests.unit.chaos.world import NOW, TO_SUBMITTED, TO_VERIFIED, World


def test_a_step_that_does_not_exist_is_found(world: World) -> None:
    world.goes(world.owner, *TO_VERIFIED, State.PROVISIONED, State.COMPLETED)
    assert world.broken() == [f"5 outcomes: {world.owner} went from verified to provisioned"]


def test_an_application_that_was_locked_and_then_verified_is_found(world: World) -> None:
    states = (*TO_VERIFIED[:2], State.LOCKED, *TO_SUBMITTED[2:], State.PROVISIONED, State.COMPLETED)
    world.goes(world.owner, *states)
    assert world.broken() == [f"5 outcomes: {world.owner} went from locked to verified"]


@pytest.mark.parametrize("part", ["beginning", "end"])
def test_a_history_that_leaves_something_out_is_found(world: World, part: str) -> None:
    history = world.application(world.owner).history
    world.change(world.owner, history=history[1:] if part == "beginning" else history[:-1])
    [found] = world.broken()
    assert found == f"5 outcomes: the history of {world.owner} does not lead from its beginning to completed"


def test_a_refused_application_that_was_told_as_accepted_is_found(world: World) -> None:
    first = (Transition(State.REQUESTED, NOW, "a message"), Transition(State.REJECTED, NOW, "a message"))
    world.change(world.waiting, state=State.REJECTED, history=first)
    assert world.broken() == [f"5 outcomes: {world.waiting} was shown /code, and was never awaiting-code"]


def test_an_application_that_was_told_as_verified_and_is_not_is_found(world: World) -> None:
    story = world.story(world.waiting)
    story.entered.append((world.waiting, world.evidence.emails[-1].code or ""))
    world.tell(world.waiting, "/details")
    assert world.broken() == [f"5 outcomes: {world.waiting} was shown /details, and was never verified"]


def test_a_page_that_says_that_something_went_wrong_says_nothing_about_the_application(world: World) -> None:
    world.tell(world.waiting, "/confirmation", status=503)
    assert world.broken() == []


def test_an_application_that_was_shown_and_of_which_nobody_knows_is_found(world: World) -> None:
    page = world.story(world.waiting).told[0]
    world.story(world.waiting).told.append(replace(page, reference="ACE-0000-0000"))
    assert world.broken() == ["5 outcomes: ACE-0000-0000 was shown /code, and there is no application"]


def test_somebody_who_was_told_of_an_account_that_is_not_there_is_found(world: World) -> None:
    world.tell(world.rival, "/confirmation", account="A1000009")
    world.story(world.rival).end = "account"
    assert f"5 outcomes: {world.rival} was told of account A1000009, and it has none such" in world.broken()


def test_somebody_who_was_told_of_the_account_of_another_is_found(world: World) -> None:
    story = world.story(world.owner)
    story.told[-1] = replace(story.told[-1], account="A1000002")
    assert f"5 outcomes: {world.owner} was told of account A1000002, and it has none such" in world.broken()


def test_somebody_who_was_told_of_a_second_account_is_found(world: World) -> None:
    world.tell(world.owner, "/confirmation", account="A1000009")
    assert world.broken() == [f"5 outcomes: {world.owner} was told of account A1000009, and it has none such"]


def test_somebody_at_the_confirmation_who_was_told_of_no_account_is_found(world: World) -> None:
    story = world.story(world.owner)
    story.told[-1] = replace(story.told[-1], account="")
    assert f"5 outcomes: {[world.owner]} was told of success, and of no account" in world.broken()


@pytest.mark.parametrize("end", ["importer-already-linked", "email-in-use", "unavailable", "session-over", "left"])
def test_somebody_who_has_an_account_and_was_told_otherwise_is_found(world: World, end: str) -> None:
    story = world.story(world.owner)
    del story.told[-1]
    story.end = end
    assert world.broken() == [f"5 outcomes: {world.owner} was told {end}, and has an account"]


def test_two_rivals_who_were_both_told_of_an_account_are_found(world: World) -> None:
    world.tell(world.rival, "/confirmation", account="A1000001")
    assert "5 outcomes: 2 of 2 rivals for one importer got an account" in world.broken()


def test_two_with_one_address_who_were_both_told_of_an_account_are_found(world: World) -> None:
    mine, others = world.story(world.owner), world.story(world.unlucky)
    others.person = replace(others.person, email=mine.person.email.title())
    assert "5 outcomes: 2 of 2 rivals for one address got an account" in world.broken()


def test_somebody_who_was_refused_though_nobody_was_before_is_found(world: World) -> None:
    story = world.story(world.waiting)
    story.end = "importer-already-linked"
    assert world.broken() == [f"5 outcomes: {[world.waiting]} was told importer-already-linked, and nobody was before"]


def test_an_address_that_was_taken_by_nobody_is_found(world: World) -> None:
    world.story(world.rival).end = "email-in-use"
    assert world.broken() == [f"5 outcomes: {[world.rival]} was told email-in-use, and nobody was before"]


def test_a_rival_may_have_lost_to_somebody_who_never_saw_the_account(world: World) -> None:
    story = world.story(world.owner)
    del story.told[-1]
    story.end = ""
    assert not [found for found in world.broken() if found.startswith("5")]
