"""A queue takes older versions of its message. Of one that is gone, and of an unknown one, it names what it takes."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from shared.contracts.commands import StartApplication
from shared.contracts.message import Message
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationAbandoned, Refused
from shared.contracts.sealed import AccountRequest
from shared.domain.decision import Decision, Situation
from shared.messaging.command_contents import open_field
from shared.security.sealing import name_context
from tests.support.memory.broker import Sent, sent_by
from tests.support.old_versions import VERSIONS, StartApplicationV0
from tests.unit.messaging.decisions import abandons_and_tells, away_for_now, changes_nothing
from tests.unit.messaging.rig import APPLICATION, GATEWAY, START, Rig
from tests.unit.messaging.test_contents import CONTENTS, REQUEST, SEALER, start

TAKEN = "(taken: start-application.v1 or start-application.v0)"
NETWORK = "a" * 32
DONE = ApplicationAbandoned(application_id=APPLICATION)


@pytest.fixture
def rig(monkeypatch: pytest.MonkeyPatch) -> Rig:
    rig = Rig(monkeypatch, StartApplication)
    rig.contents, rig.versions = CONTENTS, VERSIONS
    return rig


def start_as_v0() -> StartApplicationV0:
    sealed = SEALER.seal(REQUEST, name_context(StartApplicationV0.TYPE, "request", APPLICATION))
    return StartApplicationV0(application_id=APPLICATION, taken_at=START, request=sealed, network=NETWORK)


def sent(message: Message, **changes: Any) -> Sent:
    return replace(sent_by(GATEWAY, message, UUID(int=1), START), **changes)


async def test_an_older_version_is_decided_as_the_newest_and_opens_as_it_was_sealed(rig: Rig) -> None:
    decided: list[StartApplication] = []

    def decide(command: StartApplication, situation: Situation, facts: Any) -> Decision:
        decided.append(command)
        return abandons_and_tells(command, situation, facts)

    with capture_logs() as logged:
        await rig.take(decide, sent(start_as_v0()))
    [command] = decided
    newest = start(networks=(NETWORK,))
    assert command == newest.model_copy(update={"request": command.request})
    assert open_field(command, "request", AccountRequest, SEALER) == REQUEST
    assert rig.broker.replies == [DONE]
    told = {"event": "taken in an older version", "type": "start-application.v0", "sender": GATEWAY}
    assert [line for line in logged if line.items() >= told.items()]


async def test_one_that_is_retried_travels_on_in_its_own_version(rig: Rig) -> None:
    first = await rig.take(away_for_now, sent(start_as_v0()))
    [forwarded] = rig.broker.to("ace.retry.1s")
    assert (forwarded.type, forwarded.body) == (first.type, first.body)
    await rig.take(abandons_and_tells, replace(forwarded, exchange=""))
    assert rig.broker.replies == [DONE]


@pytest.mark.parametrize(
    ("again", "answer"),
    [
        (start(), DONE),
        (
            start(REQUEST.model_copy(update={"email": "bob@acme.example"})),
            Refused(application_id=APPLICATION, problem=Problem.CONTRACT_BROKEN, reason="message_id: other-contents"),
        ),
    ],
    ids=["the same contents", "other contents"],
)
async def test_a_repeat_may_be_in_another_version_but_not_ask_for_anything_else(
    rig: Rig, again: StartApplication, answer: Message
) -> None:
    for command in (start_as_v0(), again):
        await rig.take(abandons_and_tells, sent(command))
    assert rig.broker.replies == [DONE, answer]


async def test_what_breaks_an_older_version_is_told_in_its_own_terms(rig: Rig) -> None:
    body = start_as_v0().body().replace(b'"network"', b'"networks"')
    await rig.take(changes_nothing, sent(start_as_v0(), body=body))
    assert rig.broker.replies == [refused(Problem.CONTRACT_BROKEN, "network: missing")]


async def test_a_version_that_is_gone_is_refused_as_such_and_can_be_asked_about(rig: Rig) -> None:
    await rig.take(changes_nothing, sent(start_as_v0(), type="start-application.draft", delivery_mode=1))
    assert rig.broker.replies == [refused(Problem.VERSION_GONE, f"type: gone {TAKEN}")]
    assert rig.refused.reasons == {(GATEWAY, UUID(int=1)): f"it breaks its contract: type: gone {TAKEN}"}
    [dead] = rig.broker.to("ace.dead")
    assert dead.type == "start-application.draft"
    assert rig.decided == []


@pytest.mark.parametrize("type_", ["start-application.v9", "check-code.v0", "check-code.v1", None])
async def test_of_any_other_type_it_is_said_which_are_taken(rig: Rig, type_: str | None) -> None:
    await rig.take(changes_nothing, sent(start_as_v0(), type=type_))
    assert rig.broker.replies == [refused(Problem.CONTRACT_BROKEN, f"type: unknown {TAKEN}")]


def refused(problem: Problem, reason: str) -> Refused:
    return Refused(application_id=APPLICATION, problem=problem, reason=reason)
