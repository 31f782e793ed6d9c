"""docs/contracts.md says truly what becomes of commands about an application that does not exist."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4, uuid5

import pytest

from services.intake import steps as intake
from services.intake.checks import CheckResult
from services.verifier import steps as verifier
from shared.contracts.commands import AbandonApplication, AskOutcome, CheckCode, SubmitDetails
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, Refused
from shared.domain.decision import Decision, Situation
from tests.contract.documented import table_after
from tests.support.applications import NOW
from tests.unit.intake.starting import SEALS, START_ID, start

ID = uuid5(START_ID, "application")
SEALED = "k1." + "A" * 60
SITUATION: Situation = Situation(None, uuid4(), "gateway", NOW)
NONE: Any = None
"""What no decision about a missing application looks at."""

DECIDE: dict[str, Callable[[], Decision]] = {
    "check-code": lambda: verifier.check_code(CheckCode(application_id=ID, taken_at=NOW, code=SEALED), SITUATION, NONE),
    "submit-details": lambda: intake.submit_details(
        SubmitDetails(application_id=ID, taken_at=NOW, grant=SEALED, details=SEALED), SITUATION, SEALS, NONE
    ),
    "abandon-application": lambda: verifier.abandon_application(
        AbandonApplication(application_id=ID, taken_at=NOW), SITUATION
    ),
    "ask-outcome": lambda: intake.ask_outcome(AskOutcome(application_id=ID, command_id=uuid4()), SITUATION, {}, SEALS),
}
ROWS = {
    row[0].partition(" ")[0]: row[1]
    for row in table_after("Late, doubled and unknown ids")
    if "does not exist" in row[0]
}


def test_every_later_command_and_question_is_there() -> None:
    assert ROWS.keys() == DECIDE.keys()


@pytest.mark.parametrize("name", DECIDE)
def test_the_reply_is_the_one_that_the_table_names(name: str) -> None:
    reply = DECIDE[name]().reply
    assert reply
    assert f"`{reply.problem if isinstance(reply, Refused) else reply.TYPE}`" in ROWS[name]
    if isinstance(reply, ApplicationStatus):
        assert (reply.status, reply.state) == ("pending", None)


def test_a_start_after_its_end_is_session_over() -> None:
    abandoned = DECIDE["abandon-application"]().changed
    decision = intake.start_application(start(), Situation(abandoned, START_ID, "gateway", NOW), CheckResult(), SEALS)
    assert decision.changed is None
    assert decision.reply == Refused(application_id=ID, problem=Problem.SESSION_OVER)
