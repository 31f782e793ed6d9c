"""The checks of the third invariant find letters that are lost, other, or untrue."""

from dataclasses import replace
from typing import Any

import pytest

from shared.domain.letter import WELCOME, LetterKind
from shared.domain.problem import Problem
from shared.domain.state import State
from tests.chaos.invariants import repeated_letters
from tests.unit.chaos.world import CODE, REFUSED, SUBJECTS, TO_VERIFIED, World


def test_a_letter_that_comes_twice_under_one_message_id_is_counted_and_allowed(world: World) -> None:
    world.evidence.letters.append(world.letter(world.owner, CODE))
    assert world.broken() == []
    assert repeated_letters(world.evidence) == 1


@pytest.mark.parametrize("change", [{"message_id": "<another>"}, {"code": "9999-ZZZZ"}])
def test_a_letter_that_comes_again_otherwise_is_found(world: World, change: dict[str, Any]) -> None:
    world.evidence.letters.append(replace(world.letter(world.owner, CODE), **change))
    [found] = world.broken()
    assert found == f"3 letters: the letters {CODE} of {world.owner} differ in Message-ID, recipient or code"


def test_two_letters_under_one_message_id_are_found(world: World) -> None:
    letter = world.letter(world.owner, WELCOME[0])
    world.evidence.letters.remove(letter)
    world.evidence.letters.append(replace(letter, message_id=world.letter(world.owner, CODE).message_id))
    assert world.broken() == ["3 letters: 2 letters have one Message-ID"]


def test_a_letter_that_is_down_as_sent_and_never_came_is_found(world: World) -> None:
    world.evidence.letters.remove(world.letter(world.owner, WELCOME[1]))
    assert world.broken() == [f"3 letters: the letter {WELCOME[1]} of {world.owner} is down as sent and never came"]


@pytest.mark.parametrize("kind", WELCOME)
def test_a_letter_about_an_account_that_never_came_is_found(world: World, kind: LetterKind) -> None:
    world.forget(world.owner, kind)
    assert world.broken() == [f"3 letters: the letter {kind} of {world.owner} never came"]


def test_a_code_that_never_came_is_found(world: World) -> None:
    world.forget(world.waiting, CODE)
    assert world.broken() == [f"3 letters: the letter {CODE} of {world.waiting} never came"]


def test_a_refusal_after_the_details_that_never_came_is_found(world: World) -> None:
    world.forget(world.rival, REFUSED)
    assert world.broken() == [f"3 letters: the letter {REFUSED} of {world.rival} never came"]


def test_a_refusal_before_the_details_needs_no_letter(world: World) -> None:
    world.forget(world.rival, REFUSED)
    world.forget(world.rival, CODE)
    world.goes(world.rival, *TO_VERIFIED[:2], State.REJECTED)
    story = world.story(world.rival)
    story.told = [page for page in story.told if page.path == "/code"]
    assert not [found for found in world.broken() if found.startswith("3")]


def test_a_letter_of_an_application_that_nobody_knows_is_found(world: World) -> None:
    letter = replace(world.letter(world.owner, CODE), reference="ACE-0000-0000", message_id="<another>")
    world.evidence.letters.append(letter)
    assert world.broken() == [f"3 letters: a letter {CODE} of ACE-0000-0000, which is no application"]


def test_a_letter_that_nobody_knows_is_found(world: World) -> None:
    letter = replace(world.letter(world.owner, CODE), subject="A letter of a new kind", message_id="<another>")
    world.evidence.letters.append(letter)
    assert world.broken() == ["3 letters: a letter that nobody knows: A letter of a new ki"]


@pytest.mark.parametrize("kind", WELCOME)
def test_a_letter_about_an_account_that_is_not_there_is_found(world: World, kind: LetterKind) -> None:
    person = world.story(world.rival).person
    to = person.importer.poc_email if kind is LetterKind.ACCOUNT_CREATED_NOTICE else person.email
    letter = world.letter(world.rival, REFUSED)
    world.evidence.letters.append(replace(letter, subject=SUBJECTS[kind], to=to, message_id="<another>"))
    assert world.broken() == [f"3 letters: a letter {kind} of {world.rival}, which is rejected"]


def test_a_letter_of_refusal_to_somebody_who_has_an_account_is_found(world: World) -> None:
    letter = world.letter(world.owner, WELCOME[1])
    world.evidence.letters.append(replace(letter, subject=SUBJECTS[REFUSED], message_id="<another>"))
    assert world.broken() == [f"3 letters: a letter {REFUSED} of {world.owner}, which is completed"]


def test_a_code_that_was_not_issued_is_found(world: World) -> None:
    world.change(world.waiting, code=None)
    assert world.broken() == [f"3 letters: a letter {CODE} of {world.waiting}, which is awaiting-code"]


@pytest.mark.parametrize("kind", [CODE, *WELCOME])
def test_a_letter_to_somebody_else_is_found(world: World, kind: LetterKind) -> None:
    letter = world.letter(world.owner, kind)
    other = world.story(world.rival).person
    place = world.evidence.letters.index(letter)
    world.evidence.letters[place] = replace(letter, to=other.email)
    assert world.broken() == [f"3 letters: a letter {kind} of {world.owner} went to somebody else"]


def test_an_address_is_the_same_in_capitals(world: World) -> None:
    story = world.story(world.rival)
    story.person = replace(story.person, email=story.person.email.title())
    assert world.broken() == []


def test_an_application_that_was_ended_for_an_address_that_nobody_refused_is_found(world: World) -> None:
    story = world.story(world.rival)
    story.told = [page for page in story.told if page.path == "/code"]
    world.forget(world.rival, REFUSED)
    world.forget(world.rival, CODE)
    world.goes(world.rival, *TO_VERIFIED[:2], State.REJECTED)
    world.change(world.rival, problem=Problem.POC_EMAIL_REFUSED)
    ended = f"8 fault: {world.rival} was ended for its address, which the mail server never refused"
    assert [found for found in world.broken() if found.startswith("8")] == [ended]
    world.evidence.unknown.add(world.rival)
    assert not [found for found in world.broken() if found.startswith("8")]
