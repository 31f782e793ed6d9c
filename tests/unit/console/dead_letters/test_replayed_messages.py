"""A replayed dead letter starts again as the original message."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from aio_pika import Message
from aio_pika.exceptions import DeliveryError

from services.console.dead_letters.dead_letter import (
    HeldDeadLetter,
    can_be_replayed,
    make_replay,
    read_dead_letter,
)
from shared.contracts.events import CodeIssued
from shared.contracts.state import State
from shared.domain.application import Parked
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.domain.handled_result import HandledResult
from shared.messaging import topology
from shared.messaging.topology import WorkQueue, find_queue
from tests.support.memory.broker import Channel, Sent, delivered, sent_by, stamp
from tests.unit.messaging.decisions import abandons, changes_nothing, raises
from tests.unit.messaging.rig import APPLICATION, GATEWAY, START, WORKER, Rig, a_code_issued, a_guess

OPERATOR = "operator"


def raw_of(sent: Sent) -> Any:
    return delivered(sent, Channel())


def hold(dead: Sent, queue: WorkQueue) -> HeldDeadLetter:
    """The dead letter as an operator holds it."""
    raw = raw_of(dead)
    return HeldDeadLetter(read_dead_letter(raw, replace(queue, program=WORKER), OPERATOR), raw)


def sent_back(dead: Sent, rig: Rig) -> Sent:
    """What the worker receives after an operator replays a dead letter."""
    message: Message = make_replay(hold(dead, rig.queue), replace(rig.queue, program=WORKER), OPERATOR, rig.clock())
    assert message.body == dead.body
    return replace(
        dead,
        exchange=topology.REPLAY,
        routing_key=rig.queue.name,
        user_id=message.user_id,
        headers=dict(message.headers),
        message_id=message.message_id,
        type=message.type,
    )


async def parked(rig: Rig, sent: Sent | None = None) -> Sent:
    """A dead letter as a worker parks it."""
    await rig.take(raises(PermanentFailure("it does not open")), sent)
    return rig.broker.to("ace.dead")[-1]


class TestSentBack:
    async def test_it_is_decided_as_its_first_senders(self, rig: Rig) -> None:
        await rig.take(abandons, sent_back(await parked(rig), rig))
        assert rig.decided[-1].user == GATEWAY
        assert rig.application.state is State.ABANDONED

    async def test_it_stays_the_same_message(self, rig: Rig) -> None:
        sent = a_guess()
        dead = await parked(rig, sent)
        back = make_replay(hold(dead, rig.queue), replace(rig.queue, program=WORKER), OPERATOR, START)
        assert (back.message_id, back.type, back.body) == (sent.message_id, sent.type, sent.body)
        assert (back.timestamp, back.correlation_id, back.reply_to) == (
            sent.timestamp,
            sent.correlation_id,
            sent.reply_to,
        )
        assert back.headers["ace-application"] == str(APPLICATION)

    async def test_it_is_not_copied_to_where_its_sender_also_wanted_it(self, rig: Rig) -> None:
        dead = await parked(rig)
        assert "CC" not in sent_back(replace(dead, headers=dead.headers | {"CC": ["ask-outcome"]}), rig).headers

    async def test_when_it_arrived_is_carried_on(self, rig: Rig) -> None:
        back = sent_back(await parked(rig, stamp(a_guess(), START)), rig)
        await rig.take(changes_nothing, stamp(back, START + timedelta(days=1)))
        assert rig.decided[-1].stamped_at == START

    async def test_one_that_the_broker_gave_up_on_arrived_when_the_broker_took_it(self, rig: Rig) -> None:
        claims = {"x-death": [{"reason": "delivery_limit", "count": 1}], "ace-arrived": 5}
        back = sent_back(stamp(replace(a_guess(), headers=claims), START), rig)
        await rig.take(changes_nothing, stamp(back, START + timedelta(days=1)))
        assert rig.decided[-1].stamped_at == START

    async def test_how_often_it_was_tried_is_forgotten(self, rig: Rig) -> None:
        dead = await parked(rig, replace(a_guess(), headers={"ace-attempts": 7, "ace-bugs": 4, "x-death": []}))
        back = sent_back(dead, rig)
        await rig.take(raises(KeyError("x")), back)
        [waiting] = rig.broker.to("ace.retry.1s")
        assert (waiting.headers["ace-attempts"], waiting.headers["ace-bugs"]) == (1, 1)
        assert not {"ace-reason", "ace-exception", "ace-parked-at", "x-death"} & back.headers.keys()

    async def test_its_age_counts_from_its_replay(self, rig: Rig) -> None:
        rig.clock.passes(days=-5)
        dead = await parked(rig, a_guess(rig.clock()))
        rig.clock.passes(days=3)
        back = sent_back(dead, rig)
        await rig.take(raises(TransientFailure("the database is away")), back)
        waiting = rig.broker.to("ace.retry.1s")[-1]
        rig.clock.passes(hours=23)
        await rig.take(raises(TransientFailure("the database is away")), replace(waiting, exchange=""))
        assert len(rig.broker.to("ace.dead")) == 1
        rig.clock.passes(hours=2)
        await rig.take(raises(TransientFailure("the database is away")), replace(waiting, exchange=""))
        assert len(rig.broker.to("ace.dead")) == 2

    async def test_while_the_cause_persists_it_is_back_among_the_dead_and_counted(self, rig: Rig) -> None:
        dead = await parked(rig)
        for replays in (1, 2):
            dead = await parked(rig, sent_back(dead, rig))
            letter = hold(dead, rig.queue).letter
            assert (letter.replays, letter.reason, letter.sender) == (replays, "it does not open", GATEWAY)


class TestRefusedForItsProperties:
    @pytest.mark.parametrize(
        ("wrong", "reason"),
        [
            ({"delivery_mode": 1}, "delivery_mode: not-persistent"),
            ({"expiration": 60}, "expiration: not-allowed"),
            ({"content_type": "text/plain"}, "content_type: unsupported"),
            (
                {"content_encoding": "gzip", "delivery_mode": 1},
                "content_encoding: unsupported, delivery_mode: not-persistent",
            ),
            ({"headers": {"x": "x" * 10_000}}, "headers: too-large"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    async def test_a_replay_is_refused_for_the_same_however_often(
        self, rig: Rig, wrong: dict[str, Any], reason: str
    ) -> None:
        await rig.take(abandons, replace(a_guess(), **wrong))
        for _ in range(2):
            dead = rig.broker.to("ace.dead")[-1]
            assert dead.headers["ace-reason"] == f"it breaks its contract: {reason}"
            await rig.take(abandons, sent_back(dead, rig))
        assert len(rig.broker.to("ace.dead")) == 3
        assert rig.application.state is State.REQUESTED

    async def test_so_is_one_that_waits_because_the_dead_letters_are_full(self, rig: Rig) -> None:
        rig.broker.refuses = lambda sent: (
            DeliveryError(None, cast("Any", None)) if sent.exchange == topology.DEAD else None
        )
        await rig.take(abandons, replace(a_guess(), delivery_mode=1))
        rig.broker.refuses = lambda _: None
        [waiting] = rig.broker.to(topology.RETRY_STEPS[-1].name)
        await rig.take(abandons, replace(waiting, exchange=""))
        assert rig.broker.to(topology.DEAD)[-1].headers["ace-reason"].endswith("delivery_mode: not-persistent")
        assert rig.application.state is State.REQUESTED

    async def test_a_sender_cannot_write_it(self, rig: Rig) -> None:
        await rig.take(
            raises(TransientFailure("away")), replace(a_guess(), headers={"ace-breaches": "expiration: not-allowed"})
        )
        waiting = rig.broker.sent[-1]
        assert "ace-breaches" not in waiting.headers


class TestWhoIsBelieved:
    async def test_a_sender_who_names_another_as_the_first_is_not(self, rig: Rig) -> None:
        forged = replace(a_guess(user="stranger"), headers={"ace-origin": GATEWAY, "ace-replayed-at": "2999-01-01"})
        await rig.take(abandons, forged)
        assert rig.application.state is State.REQUESTED
        dead = replace(forged, headers={**forged.headers, "x-death": [{"reason": "delivery_limit", "count": 1}]})
        letter = hold(dead, rig.queue).letter
        assert letter.sender is None
        assert not can_be_replayed(letter)

    async def test_a_command_that_nobody_vouches_for_stays_a_dead_letter(self, rig: Rig) -> None:
        dead = await parked(rig, replace(a_guess(), user_id=None))
        dead = await parked(rig, sent_back(dead, rig))
        assert "user_id" in dead.headers["ace-reason"]

    def test_an_event_whose_first_sender_nobody_vouches_for_stays_a_dead_letter(self) -> None:
        event = sent_by("x", a_code_issued(START), uuid4(), START)
        dead = replace(event, headers={"ace-origin": "y", "x-death": [{"reason": "delivery_limit", "count": 1}]})
        assert not can_be_replayed(hold(dead, find_queue(CodeIssued)).letter)

    @pytest.mark.parametrize("said", ["never", "2999-99-99", 7, "0001-01-01T00:00:00+14:00"])
    async def test_a_missing_time_stays_missing(self, rig: Rig, said: Any) -> None:
        sent = replace(a_guess(), exchange=topology.REPLAY, headers={"ace-replayed-at": said, "ace-origin": GATEWAY})
        await rig.take(abandons, sent)
        assert rig.application.state is State.ABANDONED


class TestTheMarkOnTheApplication:
    async def test_it_goes_when_the_message_succeeds_and_others_stay(self, rig: Rig) -> None:
        first, second = await parked(rig), await parked(rig)
        assert rig.application.parked.keys() == {UUID(first.message_id), UUID(second.message_id)}
        await rig.take(abandons, sent_back(first, rig))
        assert rig.application.parked.keys() == {UUID(second.message_id)}

    async def test_it_goes_too_if_nothing_was_left_to_do(self, rig: Rig) -> None:
        await rig.take(changes_nothing, sent_back(await parked(rig), rig))
        assert rig.application.parked == {}

    async def test_it_goes_too_if_the_message_was_handled_before(self, rig: Rig) -> None:
        dead = await parked(rig)
        id = UUID(dead.message_id)
        known = rig.application.remember(id, HandledResult(START))
        rig.store.put(known.park_message(Parked(id, "check-code", "its follow-ups could not be published", START)))
        await rig.take(abandons, sent_back(dead, rig))
        assert rig.application.parked == {}
        assert rig.application.state is State.REQUESTED

    async def test_it_stays_while_the_failure_does(self, rig: Rig) -> None:
        dead = await parked(rig)
        await rig.take(raises(TransientFailure("away")), sent_back(dead, rig))
        assert rig.application.parked
