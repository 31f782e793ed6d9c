"""The checks of the first invariant find what was lost."""

from dataclasses import replace
from uuid import uuid4

import pytest

from shared.contracts.state import State
from shared.messaging import topology
from tests.chaos.evidence import DeadLetter
from tests.unit.chaos.world import CODE, REFUSED, TO_VERIFIED, World, published_to


def test_nothing_is_found_in_a_sound_world(world: World) -> None:
    assert world.broken() == []


def test_a_message_that_never_comes_to_rest_is_found(world: World) -> None:
    world.evidence.waiting["intake.start-application"] = 2
    assert world.broken() == ["1 lost: 2 never came to rest: intake.start-application"]


@pytest.mark.parametrize("name", ["start-application", "submit-details", "check-code", "abandon-application"])
def test_a_confirmed_command_without_an_application_is_found(world: World, name: str) -> None:
    world.confirm(name, world.owner)
    world.evidence.commands[-1] = replace(world.evidence.commands[-1], id=uuid4(), reference="ACE-0000-0000")
    assert world.broken() == [f"1 lost: {name} of ACE-0000-0000 was confirmed, and there is no application"]


def test_a_confirmed_start_without_a_trace_is_found(world: World) -> None:
    world.confirm("start-application", world.owner, uuid4())
    [found] = world.broken()
    assert found == f"1 lost: start-application of {world.owner} was confirmed and left no trace (completed)"


def test_a_start_that_found_its_application_closed_leaves_no_trace(world: World) -> None:
    world.goes(world.waiting, *TO_VERIFIED[:2], State.ABANDONED)
    world.confirm("start-application", world.waiting, uuid4())
    assert world.broken() == []


def test_confirmed_details_that_changed_nothing_are_found(world: World) -> None:
    world.goes(world.rival, *TO_VERIFIED)
    world.forget(world.rival, REFUSED)
    world.confirm("submit-details", world.rival, uuid4())
    assert world.broken() == [f"1 lost: submit-details of {world.rival} was confirmed, and it is still verified"]


def test_somebody_who_left_and_whose_code_still_counts_is_found(world: World) -> None:
    world.confirm("abandon-application", world.waiting)
    [found] = world.broken()
    assert found == f"1 lost: abandon-application of {world.waiting} was confirmed, and it is still awaiting-code"


def test_a_confirmed_command_may_be_among_the_dead_letters(world: World) -> None:
    command = world.confirm("abandon-application", world.waiting)
    queue = "verifier.abandon-application.dead"
    world.evidence.dead.append(DeadLetter(queue, str(command.id), "", "a bug in this service"))
    assert world.broken() == []


@pytest.mark.parametrize("states", [TO_VERIFIED[:1], (*TO_VERIFIED, State.SUBMITTED)], ids=["requested", "submitted"])
def test_an_application_that_stands_still_is_found(world: World, states: tuple[State, ...]) -> None:
    world.goes(world.waiting, *states)
    world.story(world.waiting).told[0] = replace(world.story(world.waiting).told[0], path="/waiting")
    world.story(world.waiting).told[1:] = []
    assert f"1 lost: {world.waiting} is still {states[-1]}, and no message about it is left" in world.broken()


def test_an_account_whose_emails_are_forgotten_is_found(world: World) -> None:
    world.goes(world.owner, *TO_VERIFIED, State.SUBMITTED, State.PROVISIONED)
    assert world.broken() == [f"1 lost: {world.owner} is still provisioned, and no message about it is left"]


def test_an_application_that_no_browser_knows_may_not_stand_still_either(world: World) -> None:
    world.goes(world.waiting, State.REQUESTED)
    world.forget(world.waiting, CODE)
    world.ledger.stories.remove(world.story(world.waiting))
    assert world.broken() == [f"1 lost: {world.waiting} is still requested, and no message about it is left"]


def test_a_mark_without_its_dead_letter_is_found(world: World) -> None:
    [gone] = world.evidence.dead
    world.evidence.dead[0] = replace(gone, message_id=str(uuid4()))
    assert world.broken()[0] == f"1 lost: {world.unlucky} is marked as parked, and there is no dead letter"


def test_a_dead_letter_that_is_gone_is_found(world: World) -> None:
    queue = "verifier.check-code.dead"
    world.evidence.published.append(published_to(topology.DEAD, queue, "verifier", "gateway"))
    assert world.broken() == [f"1 lost: a dead letter is not in {queue} any more"]


def test_a_dead_letter_may_be_gone_when_it_was_sent_back_or_came_again_and_was_handled(world: World) -> None:
    queue = "verifier.check-code"
    dead = published_to(topology.DEAD, f"{queue}.dead", "verifier", "gateway")
    handled = next(iter(world.application(world.owner).handled))
    replayed = replace(published_to(topology.REPLAY, queue, "operator"), id=dead.id)
    world.evidence.published += [replace(dead, id=str(handled)), dead, replayed]
    assert world.broken() == []


def test_a_dead_letter_without_a_reason_is_found(world: World) -> None:
    world.evidence.dead[0] = replace(world.evidence.dead[0], reason="")
    assert world.broken() == ["1 lost: a dead letter in notifier.send-email.dead says no reason"]


def test_somebody_who_waits_for_ever_is_found(world: World) -> None:
    world.story(world.waiting).end = ""
    assert world.broken() == [f"1 lost: {[world.waiting]} waits for ever at /code"]


@pytest.mark.parametrize("status", [500, 502])
def test_a_page_that_fails_is_found(world: World, status: int) -> None:
    world.tell(world.owner, "/details", status=status)
    assert world.broken() == [f"1 lost: /details answered {status}"]
