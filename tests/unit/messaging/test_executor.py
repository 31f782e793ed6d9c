"""A message is acknowledged only once its failure is settled, and its sender stays known."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from shared.contracts.commands import StartApplication
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain.decision import Decision
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.messaging.topology import WORK_QUEUES, find_queue
from tests.support.memory.broker import away, sent_by
from tests.unit.messaging.decisions import away_for_now, changes_nothing, raises
from tests.unit.messaging.rig import APPLICATION, GATEWAY, SEALED, START, WORKER, Rig, a_guess, again


class TestABrokerThatDoesNotConfirm:
    @pytest.mark.parametrize("failure", [TransientFailure("away"), PermanentFailure("no")])
    async def test_it_insists_until_the_broker_confirms_and_only_then_acknowledges(
        self, rig: Rig, failure: Exception
    ) -> None:
        rig.broker.refuses = lambda sent: away(sent) if sent.exchange and len(rig.pauses) < 3 else None
        await rig.take(raises(failure))
        assert len(rig.pauses) == 3
        assert rig.journal[-1] == "acknowledged"
        assert len([sent for sent in rig.broker.sent if sent.exchange]) == 1

    @pytest.mark.parametrize("failure", [TransientFailure("away"), PermanentFailure("no")])
    async def test_once_the_channel_is_closed_it_leaves_the_delivery_to_the_broker(
        self, rig: Rig, failure: Exception
    ) -> None:
        def close_at_last() -> None:
            rig.channel.is_closed = len(rig.pauses) >= 2

        rig.broker.refuses = away
        rig.while_pausing = close_at_last
        await rig.take(raises(failure))
        assert len(rig.pauses) == 2
        assert rig.channel.acknowledged == 0
        assert rig.broker.sent == []

    async def test_on_a_channel_that_is_closed_already_nothing_is_sent_on(self, rig: Rig) -> None:
        def decide(*_: Any) -> Decision:
            rig.channel.is_closed = True
            raise TransientFailure("away")

        await rig.take(decide)
        assert rig.broker.sent == []
        assert rig.channel.acknowledged == 0

    async def test_cancelled_while_insisting_it_settles_nothing(self, rig: Rig) -> None:
        def cancel() -> None:
            raise asyncio.CancelledError

        rig.broker.refuses = away
        rig.while_pausing = cancel
        with pytest.raises(asyncio.CancelledError):
            await rig.take(away_for_now)
        assert rig.channel.acknowledged == 0


class TestWhoSentIt:
    async def test_the_user_is_kept_over_every_wait(self, rig: Rig) -> None:
        sent = a_guess()
        for _ in range(3):
            await rig.take(away_for_now, sent)
            sent = again(rig.broker.sent[-1], "verifier.check-code")
            assert sent.user_id == WORKER
            assert sent.headers["ace-origin"] == GATEWAY
        await rig.take(changes_nothing, sent)
        assert rig.decided[-1].user == GATEWAY

    async def test_a_claim_to_be_another_sender_is_believed_only_from_the_worker_itself(self, rig: Rig) -> None:
        claims = replace(a_guess(user="another-gateway"), headers={"ace-origin": GATEWAY})
        await rig.take(changes_nothing, claims)
        assert rig.decided == []
        assert rig.broker.replies == [Refused(application_id=APPLICATION, problem=Problem.SESSION_OVER)]

    async def test_a_claim_to_be_another_sender_does_not_survive_a_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rig = Rig(monkeypatch, is_begun=False)
        claims = replace(a_guess(user="another-gateway"), headers={"ace-origin": GATEWAY})
        await rig.take(away_for_now, claims)
        assert rig.broker.sent[0].headers["ace-origin"] == "another-gateway"

    async def test_the_first_sender_of_a_parked_start_began_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rig = Rig(monkeypatch, StartApplication, is_begun=False)
        start = StartApplication(application_id=APPLICATION, taken_at=START, request=SEALED)
        await rig.take(away_for_now, sent_by(GATEWAY, start, uuid4(), START))
        await rig.take(raises(PermanentFailure("no")), again(rig.broker.sent[0], "intake.start-application"))
        assert rig.application.gateway == GATEWAY
        assert rig.broker.to("ace.dead")[0].headers["ace-origin"] == GATEWAY

    async def test_headers_for_the_broker_are_not_sent_on(self, rig: Rig) -> None:
        """Its own, and those that would copy the message to queues where the worker may not write."""
        theirs = {"x-death": [], "x-delivery-count": 3, "CC": ["ask-outcome"], "BCC": ["ask-outcome"]}
        await rig.take(away_for_now, replace(a_guess(), headers={**theirs, "kept": "1"}))
        names = {"kept", "ace-origin", "ace-published-at", "ace-attempts", "ace-bugs", "ace-reason"}
        assert rig.broker.sent[0].headers.keys() == names


def test_every_message_type_has_one_queue_of_each_program_that_takes_it() -> None:
    assert len({queue.name for queue in WORK_QUEUES}) == len(WORK_QUEUES)
    assert len({(queue.message, queue.program) for queue in WORK_QUEUES}) == len(WORK_QUEUES)
    for queue in WORK_QUEUES:
        assert find_queue(queue.message, queue.program) is queue
