"""The checks of the fourth invariant find codes that were taken wrongly."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from shared.contracts.replies import CodeAccepted
from shared.contracts.state import State
from shared.domain.handled_result import HandledResult
from tests.unit.chaos.world import CODE, NOW, TO_VERIFIED, World


def has_tries(world: World, reference: str, tries: int) -> None:
    """So many tries were counted."""
    code = world.application(reference).code
    assert code
    world.change(reference, code=replace(code, tries=tries))


@pytest.mark.parametrize("whose", ["nobody's", "another's"])
def test_a_code_that_is_not_this_applications_is_found(world: World, whose: str) -> None:
    other = world.email(world.rival, CODE).code
    story = world.story(world.owner)
    story.entered = [(world.owner, other or "")] if whose == "another's" else []
    assert world.broken() == [f"4 codes: {world.owner} got to the details without its code"]


def test_a_code_that_was_entered_for_another_application_is_found(world: World) -> None:
    story = world.story(world.owner)
    story.entered = [(world.rival, code) for _, code in story.entered]
    assert world.broken() == [f"4 codes: {world.owner} got to the details without its code"]


def test_verification_twice_is_found_in_the_history(world: World) -> None:
    world.goes(world.owner, *TO_VERIFIED, State.VERIFIED, State.SUBMITTED, State.PROVISIONED, State.COMPLETED)
    assert f"4 codes: {world.owner} was verified twice" in world.broken()


def test_a_code_that_was_accepted_twice_is_found(world: World) -> None:
    application = world.application(world.owner)
    accepted = next(
        outcome.reply for outcome in application.handled.values() if isinstance(outcome.reply, CodeAccepted)
    )
    world.change(world.owner, handled={**application.handled, uuid4(): HandledResult(NOW, accepted)})
    assert world.broken() == [f"4 codes: {world.owner} was verified twice"]


@pytest.mark.parametrize("late", [timedelta(), timedelta(seconds=1)])
def test_verification_after_its_time_is_found(world: World, late: timedelta) -> None:
    code = world.application(world.owner).code
    assert code
    world.change(world.owner, verified_at=code.expires_at + late)
    assert world.broken() == [f"4 codes: {world.owner} was verified after its time"]


def test_verification_just_in_time_is_sound(world: World) -> None:
    code = world.application(world.owner).code
    assert code
    world.change(world.owner, verified_at=code.expires_at - timedelta(milliseconds=1))
    assert world.broken() == []


@pytest.mark.parametrize("counted", [1, 5, 6])
def test_verification_after_five_wrong_codes_is_found(world: World, counted: int) -> None:
    world.guess(world.owner, 5)
    has_tries(world, world.owner, counted)
    assert world.broken() == [f"4 codes: {world.owner} was verified after 5 wrong codes"]


def test_verification_after_four_wrong_codes_is_sound(world: World) -> None:
    world.guess(world.owner, 4)
    has_tries(world, world.owner, 5)
    assert world.broken() == []


def test_an_application_that_is_locked_after_five_wrong_codes_is_sound(world: World) -> None:
    world.guess(world.waiting, 5)
    has_tries(world, world.waiting, 5)
    world.goes(world.waiting, *TO_VERIFIED[:2], State.LOCKED)
    assert world.broken() == []


def test_a_sixth_try_is_found(world: World) -> None:
    has_tries(world, world.waiting, 6)
    assert world.broken() == [f"4 codes: {world.waiting} had 6 tries"]


@pytest.mark.parametrize(("reference", "tries"), [("waiting", 1), ("owner", 0)])
def test_a_try_that_was_not_counted_is_found(world: World, reference: str, tries: int) -> None:
    reference = getattr(world, reference)
    has_tries(world, reference, tries)
    wrong = 2 if reference == world.waiting else 0
    assert world.broken() == [f"4 codes: {reference} had {wrong} wrong codes, and {tries} tries were counted"]


def test_a_code_that_never_got_through_and_a_page_that_is_shown_again_count_for_nothing(world: World) -> None:
    world.story(world.waiting).entered.append((world.waiting, "0000-0009"))
    world.tell(world.owner, "/code", "code-wrong")
    assert world.broken() == []
