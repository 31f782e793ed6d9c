"""The checks of the third invariant find emails that are lost, other, or untrue."""

from dataclasses import replace
from typing import Any

import pytest

from shared.contracts.email_kind import EmailKind
from shared.contracts.problem import Problem
from shared.contracts.state import State
from shared.domain.email import WELCOME
from tests.chaos.invariants import repeated_emails
from tests.unit.chaos.world import CODE, REFUSED, SUBJECTS, TO_VERIFIED, World


def test_an_email_that_comes_twice_under_one_message_id_is_counted_and_allowed(world: World) -> None:
    world.evidence.emails.append(world.email(world.owner, CODE))
    assert world.broken() == []
    assert repeated_emails(world.evidence) == 1


@pytest.mark.parametrize("change", [{"message_id": "<another>"}, {"code": "9999-ZZZZ"}])
def test_an_email_that_comes_again_otherwise_is_found(world: World, change: dict[str, Any]) -> None:
    world.evidence.emails.append(replace(world.email(world.owner, CODE), **change))
    [found] = world.broken()
    assert found == f"3 emails: the emails {CODE} of {world.owner} differ in Message-ID, recipient or code"


def test_two_emails_under_one_message_id_are_found(world: World) -> None:
    email = world.email(world.owner, WELCOME[0])
    world.evidence.emails.remove(email)
    world.evidence.emails.append(replace(email, message_id=world.email(world.owner, CODE).message_id))
    assert world.broken() == ["3 emails: 2 emails have one Message-ID"]


def test_an_email_that_is_down_as_sent_and_never_came_is_found(world: World) -> None:
    world.evidence.emails.remove(world.email(world.owner, WELCOME[1]))
    assert world.broken() == [f"3 emails: the email {WELCOME[1]} of {world.owner} is down as sent and never came"]


@pytest.mark.parametrize("kind", WELCOME)
def test_an_email_about_an_account_that_never_came_is_found(world: World, kind: EmailKind) -> None:
    world.forget(world.owner, kind)
    assert world.broken() == [f"3 emails: the email {kind} of {world.owner} never came"]


def test_a_code_that_never_came_is_found(world: World) -> None:
    world.forget(world.waiting, CODE)
    assert world.broken() == [f"3 emails: the email {CODE} of {world.waiting} never came"]


def test_a_refusal_after_the_details_that_never_came_is_found(world: World) -> None:
    world.forget(world.rival, REFUSED)
    assert world.broken() == [f"3 emails: the email {REFUSED} of {world.rival} never came"]


def test_a_refusal_before_the_details_needs_no_email(world: World) -> None:
    world.forget(world.rival, REFUSED)
    world.forget(world.rival, CODE)
    world.goes(world.rival, *TO_VERIFIED[:2], State.REJECTED)
    story = world.story(world.rival)
    story.told = [page for page in story.told if page.path == "/code"]
    assert not [found for found in world.broken() if found.startswith("3")]


def test_an_email_of_an_application_that_nobody_knows_is_found(world: World) -> None:
    email = replace(world.email(world.owner, CODE), reference="ACE-0000-0000", message_id="<another>")
    world.evidence.emails.append(email)
    assert world.broken() == [f"3 emails: an email {CODE} of ACE-0000-0000, which is no application"]


def test_an_email_that_nobody_knows_is_found(world: World) -> None:
    email = replace(world.email(world.owner, CODE), subject="An email of a new kind", message_id="<another>")
    world.evidence.emails.append(email)
    assert world.broken() == ["3 emails: an email that nobody knows: An email of a new ki"]


@pytest.mark.parametrize("kind", WELCOME)
def test_an_email_about_an_account_that_is_not_there_is_found(world: World, kind: EmailKind) -> None:
    person = world.story(world.rival).person
    to = person.importer.poc_email if kind is EmailKind.ACCOUNT_CREATED_NOTICE else person.email
    email = world.email(world.rival, REFUSED)
    world.evidence.emails.append(replace(email, subject=SUBJECTS[kind], to=to, message_id="<another>"))
    assert world.broken() == [f"3 emails: an email {kind} of {world.rival}, which is rejected"]


def test_an_email_of_refusal_to_somebody_who_has_an_account_is_found(world: World) -> None:
    email = world.email(world.owner, WELCOME[1])
    world.evidence.emails.append(replace(email, subject=SUBJECTS[REFUSED], message_id="<another>"))
    assert world.broken() == [f"3 emails: an email {REFUSED} of {world.owner}, which is completed"]


def test_a_code_that_was_not_issued_is_found(world: World) -> None:
    world.change(world.waiting, code=None)
    assert world.broken() == [f"3 emails: an email {CODE} of {world.waiting}, which is awaiting-code"]


@pytest.mark.parametrize("kind", [CODE, *WELCOME])
def test_an_email_to_somebody_else_is_found(world: World, kind: EmailKind) -> None:
    email = world.email(world.owner, kind)
    other = world.story(world.rival).person
    place = world.evidence.emails.index(email)
    world.evidence.emails[place] = replace(email, to=other.email)
    assert world.broken() == [f"3 emails: an email {kind} of {world.owner} went to somebody else"]


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
