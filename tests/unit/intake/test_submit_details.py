"""Details are taken once, with the right grant, in time."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from services.intake import steps
from shared.contracts.commands import SubmitDetails
from shared.contracts.conversations import FORM
from shared.contracts.events import ApplicationSubmitted
from shared.contracts.problem import Problem
from shared.contracts.replies import DetailsTaken, Refused
from shared.contracts.sealed import Grant, TypedDetails
from shared.contracts.state import State
from shared.domain.application import SWEEP, Application, Code
from shared.domain.decision import Decision
from shared.domain.errors import PermanentFailure
from shared.domain.lateness import COUNTS_BACK
from shared.security.fingerprints import Fingerprints
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import name_context
from shared.storage.sealed_documents import Details
from tests.support import gateway
from tests.support.applications import changed
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
    stamped_at: datetime | None = None,
    now: datetime = NOW,
) -> Decision:
    command = SubmitDetails(
        application_id=ID,
        taken_at=taken_at,
        grant=SEALS.commands.find(FORM).seal(Grant(token=token), name_context(SubmitDetails.TYPE, "grant", ID)),
        details=SEALS.commands.find(FORM).seal(details, name_context(SubmitDetails.TYPE, "details", ID)),
    )
    return steps.submit_details(
        command, replace(situation(application, now, uuid4()), stamped_at=stamped_at), SEALS, GRANTS
    )


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
        decision = submit(verified(), taken_at=NOW, stamped_at=NOW, now=NOW + 2 * HOUR)
        assert details_in(changed(decision)).acknowledged_on == "11/21/2026"

    @pytest.mark.parametrize(("shown", "kept"), [("2026-11", "2026-11"), ("", "2026-11")])
    def test_the_wording_that_was_agreed_to_is_kept(self, shown: str, kept: str) -> None:
        decision = submit(verified(), details=DETAILS.model_copy(update={"authorization": shown}))
        assert details_in(changed(decision)).authorization == kept

    def test_a_wording_that_nobody_knows_is_refused(self) -> None:
        decision = submit(verified(), details=DETAILS.model_copy(update={"authorization": "1999-01"}))
        unknown = {"authorization": "unknown"}
        assert decision == Decision(reply=Refused(application_id=ID, problem=Problem.FIELD_INVALID, fields=unknown))

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
        ("taken", "stamped", "problem"),
        [
            (6 * HOUR - TICK, 6 * HOUR - TICK, None),
            (6 * HOUR - TICK, 6 * HOUR - TICK + COUNTS_BACK, None),
            (30 * HOUR, HOUR, None),
            (6 * HOUR, 6 * HOUR, Problem.SESSION_OVER),
            (6 * HOUR - TICK, 7 * HOUR, Problem.DELAYED),
            (-HOUR, 7 * HOUR, Problem.DELAYED),
        ],
    )
    @pytest.mark.parametrize("by_the_sweep", [False, True])
    def test_six_hours_after_the_code_it_is_over_by_when_they_arrived(
        self, taken: timedelta, stamped: timedelta, problem: Problem | None, *, by_the_sweep: bool
    ) -> None:
        application = verified()
        if by_the_sweep:
            application = application.expire(NOW + 7 * HOUR, SWEEP)
        decision = submit(application, taken_at=NOW + taken, stamped_at=NOW + stamped, now=NOW + 8 * HOUR)
        after = decision.changed or application
        assert after.state is (State.EXPIRED if problem else State.SUBMITTED)
        assert after.was_delayed == (problem is Problem.DELAYED)
        said = DetailsTaken(application_id=ID) if problem is None else Refused(application_id=ID, problem=problem)
        assert decision.reply == said

    def test_details_that_do_not_open_are_a_dead_letter_that_quotes_nothing(self) -> None:
        command = SubmitDetails(application_id=ID, taken_at=NOW, grant="k1." + "A" * 60, details=f"k1.{'A' * 60}")
        with pytest.raises(PermanentFailure, match=r"^it breaks its contract: grant: no-such-key$"):
            steps.submit_details(command, situation(verified(), id=uuid4()), SEALS, GRANTS)
