"""A start is accepted, refused, or found to be decided already."""

from dataclasses import replace
from uuid import uuid4

import pytest

from services.intake import steps
from services.intake.checks import CheckResult
from shared.contracts.conversations import FORM
from shared.contracts.events import ApplicationAccepted
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused, StartAccepted
from shared.contracts.sealed import AddressHint
from shared.contracts.state import State
from shared.domain.application import Parked
from shared.domain.decision import Decision
from shared.domain.errors import PermanentFailure
from shared.domain.handled_result import HandledResult
from shared.security.sealing import name_context
from shared.storage.sealed_documents import Applicant, Contact
from tests.support.applications import begun, changed, state
from tests.unit.intake.starting import (
    APPLICANT,
    CONTACT,
    FOUND,
    HOUR,
    ID,
    NOW,
    SEALS,
    START_ID,
    decide,
    situation,
    start,
)


class TestAStart:
    def test_one_that_passes_the_validations_is_accepted_and_a_code_is_asked_for(self) -> None:
        decision = decide()
        assert state(decision) is State.REQUESTED
        assert changed(decision).gateway == "gateway"
        assert isinstance(decision.reply, StartAccepted)
        assert decision.reply.reference == changed(decision).reference
        assert decision.follow_ups == (ApplicationAccepted(application_id=ID, taken_at=NOW),)

    def test_what_is_kept_is_sealed_and_opens_in_its_place_only(self) -> None:
        application = changed(decide())
        for clear in ("Acme Inc", "ACME INC", "123-45-6789", "jane@", "pat@", "Pat Poe"):
            assert clear not in repr(application)
        assert application.request
        assert application.contact
        context = f"applications/request/{ID}"
        assert SEALS.storage.open(Applicant, application.request, context) == APPLICANT
        context = f"applications/contact/{ID}"
        assert SEALS.storage.open(Contact, application.contact, context) == CONTACT

    def test_one_that_is_accepted_tells_its_gateway_alone_the_masked_address_of_the_point_of_contact(self) -> None:
        reply = decide().reply
        assert isinstance(reply, StartAccepted)
        assert reply.sent_to
        assert b"p***" not in reply.body()
        opened = SEALS.commands.find(FORM).open(
            AddressHint, reply.sent_to, name_context(StartAccepted.TYPE, "sent_to", ID)
        )
        assert opened.address == "P***@e***.com"

    def test_one_that_fails_a_validation_is_rejected_with_its_problem(self) -> None:
        decision = decide(CheckResult(Problem.EMAIL_IN_USE))
        application = changed(decision)
        assert application.state is State.REJECTED
        assert application.problem is Problem.EMAIL_IN_USE
        assert application.request is None
        assert decision.reply == Refused(application_id=ID, problem=Problem.EMAIL_IN_USE)
        assert decision.follow_ups == ()

    @pytest.mark.parametrize("problem", [Problem.VERIFICATION_NEEDED, Problem.TOO_MANY_REQUESTS])
    def test_one_that_a_limit_postpones_leaves_nothing_behind_and_may_come_again(self, problem: Problem) -> None:
        decision = decide(CheckResult(problem, retry_at=NOW + HOUR, ticket="1.k1.0123456789abcdef"))
        assert decision == Decision(
            reply=Refused(application_id=ID, problem=problem, retry_at=NOW + HOUR, ticket="1.k1.0123456789abcdef")
        )

    def test_the_uniform_answer_is_the_same_with_and_without_a_record(self) -> None:
        match, mismatch = (
            decide(replace(FOUND, uniform=True)),
            decide(CheckResult(uniform=True, applicant=APPLICANT)),
        )
        assert match.reply == mismatch.reply
        assert isinstance(match.reply, StartAccepted)
        assert match.reply.uniform
        assert match.reply.sent_to is None
        assert match.follow_ups == mismatch.follow_ups
        assert not changed(match).is_decoy
        assert changed(mismatch).is_decoy
        assert changed(mismatch).email is None

    def test_an_application_id_that_its_own_id_does_not_lead_to_is_a_dead_letter(self) -> None:
        with pytest.raises(PermanentFailure):
            steps.start_application(start(), situation(id=uuid4()), FOUND, SEALS)

    def test_the_time_it_was_taken_is_never_in_the_future(self) -> None:
        decision = steps.start_application(start(taken_at=NOW + HOUR), situation(), FOUND, SEALS)
        assert changed(decision).taken_at == NOW
        assert decision.follow_ups == (ApplicationAccepted(application_id=ID, taken_at=NOW),)

    def test_another_start_of_an_application_changes_nothing(self) -> None:
        application = changed(decide())
        again = decide(CheckResult(), application)
        assert again == Decision(reply=StartAccepted(application_id=ID, reference=application.reference))

    def test_another_start_of_a_rejected_application_is_refused_alike(self) -> None:
        rejected = decide(CheckResult(Problem.EMAIL_IN_USE)).changed
        assert decide(CheckResult(), rejected) == Decision(
            reply=Refused(application_id=ID, problem=Problem.EMAIL_IN_USE)
        )

    @pytest.mark.parametrize("left", [State.ABANDONED, State.EXPIRED])
    def test_one_that_meets_its_tombstone_stays_dead(self, left: State) -> None:
        decision = decide(FOUND, begun(ID, NOW).move_to(left, NOW, "abandon-application"))
        assert decision == Decision(reply=Refused(application_id=ID, problem=Problem.SESSION_OVER))

    def test_one_that_was_parked_starts_over_on_its_placeholder(self) -> None:
        parked = Parked(START_ID, "start-application", "it does not open", NOW)
        placeholder = replace(begun(ID, NOW).park_message(parked), version=1)
        assert placeholder.is_placeholder
        decision = decide(FOUND, placeholder)
        application = changed(decision)
        assert application.version == 1
        assert not application.is_placeholder
        assert isinstance(decision.reply, StartAccepted)
        assert application.remember(START_ID, HandledResult(NOW)).parked == {}
        assert application.remember(uuid4(), HandledResult(NOW)).parked == {START_ID: parked}
