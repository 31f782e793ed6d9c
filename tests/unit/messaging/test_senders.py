"""Who may ask or command what about an application, and who is told."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.commands import AskOutcome
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import ApplicationAccepted, ResendRequested
from shared.contracts.message import Event
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, Refused
from shared.contracts.state import State
from shared.domain.decision import Decision
from shared.messaging.topology import IN_BACKGROUND
from tests.support.memory.broker import sent_by
from tests.unit.messaging.decisions import abandons_and_tells
from tests.unit.messaging.rig import APPLICATION, GATEWAY, START, WORKER, Rig, a_guess


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


ACCEPTED = ApplicationAccepted(application_id=APPLICATION, taken_at=START)
RESEND = ResendRequested(application_id=APPLICATION, email=EmailKind.ACCOUNT_READY, resend=1)


@pytest.mark.parametrize(
    ("event", "user", "is_taken"),
    [
        (ACCEPTED, "intake", True),
        (ACCEPTED, WORKER, True),  # one user for all: the broker cannot tell them apart
        (ACCEPTED, "provisioner", False),
        (ACCEPTED, GATEWAY, False),
        (ACCEPTED, "ada", False),
        (ACCEPTED, "", False),
        (RESEND, "ada", True),
        (RESEND, "intake", False),
        (RESEND, GATEWAY, False),
        (RESEND, "", False),
    ],
)
@pytest.mark.parametrize("waits", [False, True])
async def test_an_event_counts_only_from_a_sender_who_may_publish_it(
    monkeypatch: pytest.MonkeyPatch, event: Event, user: str, is_taken: bool, waits: bool
) -> None:
    rig = Rig(monkeypatch, type(event))
    sent = sent_by(user, event, uuid4(), START, wants_reply=False)
    if waits:
        sent = replace(sent, user_id=WORKER, headers={**sent.headers, "ace-origin": user})
    await rig.take(abandons_and_tells, sent)
    assert (rig.application.state is State.ABANDONED) == is_taken
    assert rig.application.parked == {}
    assert [dead.headers["ace-origin"] for dead in rig.broker.to("ace.dead")] == ([] if is_taken else [user])
