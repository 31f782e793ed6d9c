"""Bodies that are too large, and dead letters that are full: nothing is lost, and nobody else waits."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from aio_pika.exceptions import DeliveryError
from pamqp import commands as spec

from shared.contracts import catalogue
from shared.contracts.commands import AskOutcome, CheckCode
from shared.contracts.events import CodeIssued
from shared.contracts.message import MOST_BYTES
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain.errors import PermanentFailure
from tests.support.memory.broker import Sent, sent_by
from tests.unit.messaging.decisions import away_for_now, changes_nothing, raises
from tests.unit.messaging.rig import APPLICATION, GATEWAY, START, WORKER, Rig, a_code_issued, a_guess


def padded(sent: Sent, size: int) -> Sent:
    """The same message with so many bytes: JSON may end in blanks."""
    return replace(sent, body=sent.body.ljust(size))


def too_large(sent: Sent | None = None) -> Sent:
    return padded(sent or a_guess(), MOST_BYTES + 1)


def refused(reason: str) -> Refused:
    return Refused(application_id=APPLICATION, problem=Problem.CONTRACT_BROKEN, reason=reason)


class TestMessagesThatAreTooLarge:
    async def test_one_is_parked_undecoded_without_its_body_and_its_sender_told(
        self, rig: Rig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(catalogue, "decode", raises(AssertionError("decoded")))
            await rig.take(changes_nothing, too_large())
        [dead] = rig.broker.to("ace.dead")
        assert (dead.body, dead.headers["ace-size"]) == (b"", 65_537)
        assert dead.headers["ace-reason"] == "it breaks its contract: body: too-large"
        assert rig.broker.replies == [refused("body: too-large")]
        assert rig.journal[-1] == "acknowledged"

    async def test_a_question_is_refused_and_not_parked(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rig = Rig(monkeypatch, AskOutcome)
        question = sent_by(GATEWAY, AskOutcome(application_id=APPLICATION, command_id=uuid4()), uuid4(), START)
        await rig.take(changes_nothing, too_large(question))
        assert rig.journal == ["replied refused", "acknowledged"]

    async def test_the_largest_that_is_allowed_is_taken(self, rig: Rig) -> None:
        await rig.take(changes_nothing, padded(a_guess(), MOST_BYTES))
        assert len(rig.decided) == 1
        assert rig.journal == ["acknowledged"]

    async def test_one_that_comes_back_without_its_body_is_parked_for_the_same_reason(self, rig: Rig) -> None:
        await rig.take(changes_nothing, too_large())
        [first] = rig.broker.to("ace.dead")
        await rig.take(changes_nothing, replace(first, exchange=""))
        assert rig.broker.to("ace.dead")[1].headers["ace-reason"] == first.headers["ace-reason"]

    async def test_a_size_that_only_the_sender_claims_is_neither_believed_nor_kept(self, rig: Rig) -> None:
        claimed = replace(a_guess(), headers={"ace-size": 70_000})
        await rig.take(away_for_now, claimed)
        [waiting] = rig.broker.to("ace.retry.1s")
        assert "ace-size" not in waiting.headers
        assert waiting.body == claimed.body

    async def test_one_with_large_headers_is_parked_without_them_and_its_sender_told(self, rig: Rig) -> None:
        sent = a_guess()
        await rig.take(changes_nothing, replace(sent, headers=sent.headers | {"mine": "x" * 10_000}))
        [dead] = rig.broker.to("ace.dead")
        assert dead.headers["ace-reason"] == "it breaks its contract: headers: too-large"
        assert "mine" not in dead.headers
        assert (dead.body, dead.headers["ace-application"]) == (sent.body, str(APPLICATION))
        assert rig.broker.replies == [refused("headers: too-large")]

    async def test_we_publish_none(self, rig: Rig) -> None:
        message = CheckCode.model_construct(application_id=APPLICATION, taken_at=START, code="k" * MOST_BYTES)
        with pytest.raises(PermanentFailure, match="65,536 are allowed"):
            await rig.broker.publisher(WORKER).publish(message, id=uuid4(), at=START)
        assert rig.broker.sent == []


class TestDeadLettersThatAreFull:
    @pytest.fixture
    def rig(self, rig: Rig) -> Rig:
        full = DeliveryError(None, spec.Basic.Nack())
        rig.broker.refuses = lambda sent: full if sent.exchange == "ace.dead" else None
        return rig

    async def test_the_message_waits_ten_minutes_and_its_queue_goes_on(self, rig: Rig) -> None:
        sent = await rig.take(raises(PermanentFailure("no")))
        [waiting] = rig.broker.to("ace.retry.600s")
        assert replace(waiting, exchange="").body == sent.body
        assert waiting.headers["ace-reason"] == "no"
        assert rig.journal[-1] == "acknowledged"
        assert rig.pauses == []

    async def test_a_code_email_waits_no_longer_than_it_ever_does(self, monkeypatch: pytest.MonkeyPatch) -> None:
        codes = Rig(monkeypatch, CodeIssued)
        codes.broker.refuses = lambda sent: (
            DeliveryError(None, spec.Basic.Nack()) if sent.exchange == "ace.dead" else None
        )
        sent = sent_by("verifier", a_code_issued(START + timedelta(minutes=10)), uuid4(), START, wants_reply=False)
        await codes.take(raises(PermanentFailure("no")), sent)
        [waiting] = codes.broker.to("ace.retry.30s")
        assert waiting.body == sent.body

    async def test_the_person_is_told_and_once_there_is_room_it_is_parked(self, rig: Rig) -> None:
        await rig.take(raises(PermanentFailure("no")))
        assert rig.broker.replies == [Refused(application_id=APPLICATION, problem=Problem.UNAVAILABLE, reason="no")]
        [waiting] = rig.broker.to("ace.retry.600s")
        rig.broker.refuses = lambda sent: None
        await rig.take(raises(PermanentFailure("no")), replace(waiting, exchange=""))
        [dead] = rig.broker.to("ace.dead")
        assert (dead.body, dead.headers["ace-origin"]) == (waiting.body, GATEWAY)

    async def test_one_whose_cause_is_gone_meanwhile_is_handled(self, rig: Rig) -> None:
        await rig.take(raises(PermanentFailure("no")))
        [waiting] = rig.broker.to("ace.retry.600s")
        await rig.take(changes_nothing, replace(waiting, exchange=""))
        assert rig.application.parked == {}
        assert rig.broker.to("ace.dead") == []

    async def test_one_that_is_too_large_keeps_its_reason(self, rig: Rig) -> None:
        await rig.take(changes_nothing, too_large())
        [waiting] = rig.broker.to("ace.retry.600s")
        assert (waiting.body, waiting.headers["ace-size"]) == (b"", 65_537)
