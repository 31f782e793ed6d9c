"""The checks of the first invariant find what was lost."""

from dataclasses import replace
from uuid import uuid4

import pytest

from shared.contracts.state import State
from shared.messaging import topology
from tests.chaos.checks.evidence import DeadLetter
from tests.unit.chaos.case import CODE, REFUSED, TO_VERIFIED, Case, published_to


def test_nothing_is_found_in_a_valid_case(case: Case) -> None:
    assert case.broken() == []


def test_a_message_that_never_comes_to_rest_is_found(case: Case) -> None:
    case.evidence.waiting["intake.start-application"] = 2
    assert case.broken() == ["1 lost: 2 never came to rest: intake.start-application"]


@pytest.mark.parametrize("name", ["start-application", "submit-details", "check-code", "abandon-application"])
def test_a_confirmed_command_without_an_application_is_found(case: Case, name: str) -> None:
    case.confirm(name, case.owner)
    case.evidence.commands[-1] = replace(case.evidence.commands[-1], id=uuid4(), reference="ACE-0000-0000")
    assert case.broken() == [f"1 lost: {name} of ACE-0000-0000 was confirmed, and there is no application"]


def test_a_confirmed_start_without_a_trace_is_found(case: Case) -> None:
    case.confirm("start-application", case.owner, uuid4())
    [found] = case.broken()
    assert found == f"1 lost: start-application of {case.owner} was confirmed and left no trace (completed)"


def test_a_start_that_found_its_application_closed_leaves_no_trace(case: Case) -> None:
    case.goes(case.waiting, *TO_VERIFIED[:2], State.ABANDONED)
    case.confirm("start-application", case.waiting, uuid4())
    assert case.broken() == []


def test_confirmed_details_that_changed_nothing_are_found(case: Case) -> None:
    case.goes(case.rival, *TO_VERIFIED)
    case.forget(case.rival, REFUSED)
    case.confirm("submit-details", case.rival, uuid4())
    assert case.broken() == [f"1 lost: submit-details of {case.rival} was confirmed, and it is still verified"]


def test_a_person_who_left_but_whose_code_still_counts_is_found(case: Case) -> None:
    case.confirm("abandon-application", case.waiting)
    [found] = case.broken()
    assert found == f"1 lost: abandon-application of {case.waiting} was confirmed, and it is still awaiting-code"


def test_a_confirmed_command_may_be_among_the_dead_letters(case: Case) -> None:
    command = case.confirm("abandon-application", case.waiting)
    queue = "verifier.abandon-application.dead"
    case.evidence.dead.append(DeadLetter(queue, str(command.id), "", "a bug in this service"))
    assert case.broken() == []


@pytest.mark.parametrize("states", [TO_VERIFIED[:1], (*TO_VERIFIED, State.SUBMITTED)], ids=["requested", "submitted"])
def test_a_stuck_application_is_found(case: Case, states: tuple[State, ...]) -> None:
    case.goes(case.waiting, *states)
    case.story(case.waiting).told[0] = replace(case.story(case.waiting).told[0], path="/waiting")
    case.story(case.waiting).told[1:] = []
    assert f"1 lost: {case.waiting} is still {states[-1]}, and no message about it is left" in case.broken()


def test_an_account_whose_emails_are_forgotten_is_found(case: Case) -> None:
    case.goes(case.owner, *TO_VERIFIED, State.SUBMITTED, State.PROVISIONED)
    assert case.broken() == [f"1 lost: {case.owner} is still provisioned, and no message about it is left"]


def test_an_application_that_no_browser_knows_must_not_get_stuck_either(case: Case) -> None:
    case.goes(case.waiting, State.REQUESTED)
    case.forget(case.waiting, CODE)
    case.ledger.stories.remove(case.story(case.waiting))
    assert case.broken() == [f"1 lost: {case.waiting} is still requested, and no message about it is left"]


def test_a_mark_without_its_dead_letter_is_found(case: Case) -> None:
    [gone] = case.evidence.dead
    case.evidence.dead[0] = replace(gone, message_id=str(uuid4()))
    assert case.broken()[0] == f"1 lost: {case.unlucky} is marked as parked, and there is no dead letter"


def test_a_dead_letter_that_is_gone_is_found(case: Case) -> None:
    queue = "verifier.check-code.dead"
    case.evidence.published.append(published_to(topology.DEAD, queue, "verifier", "gateway"))
    assert case.broken() == [f"1 lost: a dead letter is not in {queue} any more"]


def test_a_dead_letter_may_be_gone_if_it_was_replayed_or_redelivered_and_handled(case: Case) -> None:
    queue = "verifier.check-code"
    dead = published_to(topology.DEAD, f"{queue}.dead", "verifier", "gateway")
    handled = next(iter(case.application(case.owner).handled))
    replayed = replace(published_to(topology.REPLAY, queue, "operator"), id=dead.id)
    case.evidence.published += [replace(dead, id=str(handled)), dead, replayed]
    assert case.broken() == []


def test_a_dead_letter_without_a_reason_is_found(case: Case) -> None:
    case.evidence.dead[0] = replace(case.evidence.dead[0], reason="")
    assert case.broken() == ["1 lost: a dead letter in notifier.send-email.dead says no reason"]


def test_a_person_who_waits_forever_is_found(case: Case) -> None:
    case.story(case.waiting).end = ""
    assert case.broken() == [f"1 lost: {[case.waiting]} waits for ever at /code"]


@pytest.mark.parametrize("status", [500, 502])
def test_a_page_that_fails_is_found(case: Case, status: int) -> None:
    case.tell(case.owner, "/details", status=status)
    assert case.broken() == [f"1 lost: /details answered {status}"]
