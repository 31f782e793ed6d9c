"""An application can be left until its details are submitted."""

from services.verifier import steps
from shared.contracts.commands import AbandonApplication
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationAbandoned, Refused
from shared.contracts.state import State
from shared.domain.application import Application
from shared.domain.decision import Decision
from tests.support.applications import ID, NOW, begun, changed, problem, state
from tests.unit.verifier.codes import awaiting, check, situation


def abandon(application: Application | None) -> Decision:
    return steps.abandon_application(AbandonApplication(application_id=ID, taken_at=NOW), situation(application))


def test_going_back_closes_the_application_and_kills_its_code() -> None:
    application, code = awaiting()
    decision = abandon(application)
    assert state(decision) is State.ABANDONED
    assert decision.reply == ApplicationAbandoned(application_id=ID)
    assert problem(check(decision.changed, code)) is Problem.SESSION_OVER


def test_an_application_can_be_left_before_its_code_and_after_it() -> None:
    application, code = awaiting()
    assert state(abandon(begun())) is State.ABANDONED
    assert state(abandon(check(application, code).changed)) is State.ABANDONED


def test_leaving_an_application_that_is_not_there_yet_leaves_a_tombstone() -> None:
    decision = abandon(None)
    application = changed(decision)
    assert [entry.state for entry in application.history] == [State.REQUESTED, State.ABANDONED]
    assert application.gateway == "gateway"
    assert not application.is_placeholder


def test_leaving_what_is_over_changes_nothing() -> None:
    over = begun().move_to(State.EXPIRED, NOW, "test")
    assert abandon(over) == Decision(reply=ApplicationAbandoned(application_id=ID))


def test_what_is_submitted_cannot_be_left_but_its_session_ends_once() -> None:
    application, code = awaiting()
    submitted = changed(check(application, code)).submit("sealed", NOW, "test")
    for left in (submitted, submitted.provision("A-1", NOW, "test")):
        refusal = Refused(application_id=ID, problem=Problem.SESSION_OVER)
        decision = abandon(left)
        noted = changed(decision)
        assert decision.reply == refusal
        assert (noted.state, left.is_session_over, noted.is_session_over) == (left.state, False, True)
        assert abandon(noted) == Decision(reply=refusal)
