"""Who may ask or command what about an application, and who is told."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.commands import AskOutcome
from shared.contracts.events import ApplicationAccepted
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, Refused
from shared.contracts.state import State
from shared.domain.decision import Decision
from shared.messaging.topology import IN_BACKGROUND
from tests.support.memory.broker import sent_by
from tests.unit.messaging.decisions import abandons_and_tells
from tests.unit.messaging.rig import APPLICATION, GATEWAY, START, Rig, a_guess


async def test_another_gateways_user_gets_session_over_and_changes_nothing(rig: Rig) -> None:
    await rig.take(abandons_and_tells, a_guess(user="another-gateway"))
    assert rig.broker.replies == [Refused(application_id=APPLICATION, problem=Problem.SESSION_OVER)]
    assert rig.decided == []
    assert rig.journal == ["replied refused", "acknowledged"]


async def test_an_applications_owner_does_not_depend_on_its_queues_recovery(rig: Rig) -> None:
    rig.queue = replace(rig.queue, recovery=IN_BACKGROUND)
    await rig.take(abandons_and_tells, a_guess(user="another-gateway"))
    assert rig.decided == []


async def test_another_gateways_user_is_not_told_what_was_answered_to_the_first(rig: Rig) -> None:
    sent = await rig.take(abandons_and_tells)
    await rig.take(abandons_and_tells, a_guess(user="another-gateway", id=UUID(sent.message_id)))
    assert rig.broker.to("")[-1].message == Refused(application_id=APPLICATION, problem=Problem.SESSION_OVER)


async def test_a_question_of_another_gateways_user_gets_session_over(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch, AskOutcome)
    question = AskOutcome(application_id=APPLICATION, command_id=uuid4())

    def known(*_: Any) -> Decision:
        return Decision(reply=ApplicationStatus(application_id=APPLICATION, status="pending"))

    await rig.take(known, sent_by("another-gateway", question, uuid4(), START))
    await rig.take(known, sent_by(GATEWAY, question, uuid4(), START))
    assert [reply.name() for reply in rig.broker.replies] == ["refused", "application-status"]


async def test_an_event_comes_from_any_of_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    rig = Rig(monkeypatch, ApplicationAccepted)
    event = ApplicationAccepted(application_id=APPLICATION, taken_at=START)
    await rig.take(abandons_and_tells, sent_by("intake", event, uuid4(), START, wants_reply=False))
    assert rig.application.state is State.ABANDONED
