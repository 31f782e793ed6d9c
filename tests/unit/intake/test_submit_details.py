"""Details are taken once, with the right grant, in time."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from services.intake import steps
from shared.contracts.commands import SubmitDetails
from shared.contracts.events import ApplicationSubmitted
from shared.contracts.problem import Problem
from shared.contracts.replies import DetailsTaken, Refused
from shared.contracts.sealed import Grant, TypedDetails
from shared.contracts.state import State
from shared.domain.application import Application, Code
from shared.domain.decision import Decision
from shared.domain.errors import PermanentFailure
from shared.security.fingerprints import Fingerprints
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import name_context
from shared.storage.sealed_documents import Details
from tests.support import gateway
from tests.support.applications import changed, state
from tests.unit.intake.starting import HOUR, ID, NOW, SEALS, decide, situation

TICK = timedelta(milliseconds=1)


TOKEN = "token"


GRANTS = Fingerprints(KeyRing.parse(make_ring()))


DETAILS = gateway.DETAILS.model_copy(update={"country": "united states", "state": "calif."})


def verified(token: str = TOKEN, verified_at: datetime = NOW) -> Application:
    code = Code("mac", verified_at, verified_at + timedelta(minutes=10))
    return (
        changed(decide())
        .await_code(code, verified_at, "test")
        .verify(GRANTS.compute(str(ID), token), verified_at, verified_at, "test")
    )


def submit(
    application: Application | None,
    *,
    token: str = TOKEN,
    details: TypedDetails = DETAILS,
    taken_at: datetime = NOW,
    now: datetime = NOW,
) -> Decision:
    command = SubmitDetails(
        application_id=ID,
        taken_at=taken_at,
        grant=SEALS.commands.seal(Grant(token=token), name_context(SubmitDetails.TYPE, "grant", ID)),
        details=SEALS.commands.seal(details, name_context(SubmitDetails.TYPE, "details", ID)),
    )
    return steps.submit_details(command, situation(application, now, uuid4()), SEALS, GRANTS)


def details_in(application: Application) -> Details:
    assert application.details
    return SEALS.storage.open(Details, application.details, f"applications/details/{ID}")


OVER = Decision(reply=Refused(application_id=ID, problem=Problem.SESSION_OVER))


class TestDetails:
    def test_with_the_right_grant_they_are_taken_sealed_and_the_account_is_asked_for(self) -> None:
        decision = submit(verified())
        assert decision.reply == DetailsTaken(application_id=ID)
        assert decision.follow_ups == (ApplicationSubmitted(application_id=ID),)
        application = changed(decision)
        assert application.state is State.SUBMITTED
        assert application.grant is None
        assert DETAILS.telephone not in repr(application)
        kept = details_in(application)
        assert (kept.country, kept.state, kept.owner_name) == ("US", "CA", "Ada Lovelace")

    def test_the_acknowledgment_is_dated_by_the_day_in_us_eastern_time(self) -> None:
        decision = submit(verified(), taken_at=NOW, now=NOW + 2 * HOUR)
        assert details_in(changed(decision)).acknowledged_on == "11/21/2026"

    @pytest.mark.parametrize("token", ["", "another", "Token"])
    def test_another_grant_is_session_over_and_spends_nothing(self, token: str) -> None:
        assert submit(verified(), token=token) == OVER

    def test_a_grant_works_once(self) -> None:
        assert submit(submit(verified()).changed) == OVER

    def test_a_grant_of_another_application_does_not_work(self) -> None:
        application = replace(verified(), grant=GRANTS.compute(str(uuid4()), "token"))
        assert submit(application) == OVER

    @pytest.mark.parametrize("application", [None, decide().changed], ids=["none", "requested"])
    def test_before_the_right_code_nothing_is_taken(self, application: Application | None) -> None:
        assert submit(application) == OVER

    def test_a_broken_rule_is_reported_and_the_grant_stays_valid(self) -> None:
        application = verified()
        decision = submit(application, details=DETAILS.model_copy(update={"city": "", "postal_code": "N/A"}))
        broken = {"city": "missing", "postal_code": "needed"}
        assert decision == Decision(reply=Refused(application_id=ID, problem=Problem.FIELD_INVALID, fields=broken))
        assert isinstance(submit(application).reply, DetailsTaken)

    def test_without_the_authorization_nothing_is_taken(self) -> None:
        decision = submit(verified(), details=DETAILS.model_copy(update={"authorized": False}))
        assert decision.changed is None
        assert decision.reply == Refused(
            application_id=ID, problem=Problem.FIELD_INVALID, fields={"authorized": "missing"}
        )

    @pytest.mark.parametrize(
        ("taken", "now", "in_time"),
        [
            (6 * HOUR - TICK, 6 * HOUR - TICK, True),
            (6 * HOUR - TICK, 30 * HOUR, True),
            (6 * HOUR, 6 * HOUR, False),
            (-HOUR, 7 * HOUR, True),
            (30 * HOUR, HOUR, True),
        ],
    )
    def test_six_hours_after_the_code_it_is_over_by_when_they_were_sent(
        self, taken: timedelta, now: timedelta, in_time: bool
    ) -> None:
        decision = submit(verified(), taken_at=NOW + taken, now=NOW + now)
        assert state(decision) is (State.SUBMITTED if in_time else State.EXPIRED)
        assert isinstance(decision.reply, DetailsTaken) == in_time

    def test_details_that_do_not_open_are_a_dead_letter_that_quotes_nothing(self) -> None:
        command = SubmitDetails(application_id=ID, taken_at=NOW, grant="k1." + "A" * 60, details=f"k1.{'A' * 60}")
        with pytest.raises(PermanentFailure, match=r"^grant does not open"):
            steps.submit_details(command, situation(verified(), id=uuid4()), SEALS, GRANTS)
