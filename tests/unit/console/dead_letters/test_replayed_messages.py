"""A replayed dead letter starts again as the original message."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from aio_pika import Message

from services.console.dead_letters.dead_letter import (
    can_be_replayed,
    find_first_sender,
    identify,
    make_replay,
    read_body,
    read_dead_letter,
)
from shared.contracts.events import CodeIssued
from shared.contracts.state import State
from shared.domain.application import Parked
from shared.domain.decision import Decision, Situation
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.domain.handled_result import HandledResult
from shared.messaging import topology
from shared.messaging.topology import queue_for
from tests.unit.messaging.bench import (
    APPLICATION,
    GATEWAY,
    SEALED,
    START,
    WORKER,
    Bench,
    a_code_issued,
    a_guess,
    an_application,
)
from tests.unit.messaging.broker import Channel, Sent, delivered, sent_by

OPERATOR = "operator"
OURS = {WORKER, OPERATOR}


def raises(trouble: BaseException) -> Any:
    def decide(*_: Any) -> Decision:
        raise trouble

    return decide


def changes_nothing(*_: Any) -> Decision:
    return Decision()


def abandons(_message: Any, situation: Situation, _facts: Any) -> Decision:
    assert situation.stored
    return Decision(situation.stored.move_to(State.ABANDONED, situation.now, "check-code"))


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = Bench(monkeypatch)
    bench.store.put(an_application())
    return bench


def raw_of(sent: Sent) -> Any:
    return delivered(sent, Channel())


def sent_back(dead: Sent, bench: Bench, by: str = OPERATOR) -> Sent:
    """What the worker receives after an operator replays a dead letter."""
    message: Message = make_replay(raw_of(dead), by, OURS, bench.clock())
    assert message.body == dead.body
    return replace(
        dead,
        exchange=topology.REPLAY,
        routing_key=bench.queue.name,
        user_id=message.user_id,
        headers=dict(message.headers),
        message_id=message.message_id,
        type=message.type,
    )


async def parked(bench: Bench, sent: Sent | None = None) -> Sent:
    """A dead letter as a worker parks it."""
    await bench.take(raises(PermanentFailure("it does not open")), sent)
    return bench.broker.to("ace.dead")[-1]


class TestSentBack:
    async def test_it_is_decided_as_its_first_senders(self, bench: Bench) -> None:
        await bench.take(abandons, sent_back(await parked(bench), bench))
        assert bench.decided[-1].user == GATEWAY
        assert bench.application.state is State.ABANDONED

    async def test_it_stays_the_same_message(self, bench: Bench) -> None:
        sent = a_guess()
        dead = await parked(bench, sent)
        back = make_replay(raw_of(dead), OPERATOR, OURS, START)
        assert (back.message_id, back.type, back.body) == (sent.message_id, sent.type, sent.body)
        assert (back.timestamp, back.correlation_id, back.reply_to) == (
            sent.timestamp,
            sent.correlation_id,
            sent.reply_to,
        )
        assert back.headers["ace-application"] == str(APPLICATION)

    async def test_how_often_it_was_tried_is_forgotten(self, bench: Bench) -> None:
        dead = await parked(bench, replace(a_guess(), headers={"ace-attempts": 7, "ace-defects": 4, "x-death": []}))
        back = sent_back(dead, bench)
        await bench.take(raises(KeyError("x")), back)
        [waiting] = bench.broker.to("ace.retry.1s")
        assert (waiting.headers["ace-attempts"], waiting.headers["ace-defects"]) == (1, 1)
        assert not {"ace-reason", "ace-exception", "ace-parked-at", "x-death"} & back.headers.keys()

    async def test_its_age_counts_from_when_it_was_sent_back(self, bench: Bench) -> None:
        bench.clock.passes(days=-5)
        dead = await parked(bench, a_guess(bench.clock()))
        bench.clock.passes(days=3)
        back = sent_back(dead, bench)
        await bench.take(raises(TransientFailure("the database is away")), back)
        waiting = bench.broker.to("ace.retry.1s")[-1]
        bench.clock.passes(hours=23)
        await bench.take(raises(TransientFailure("the database is away")), replace(waiting, exchange=""))
        assert len(bench.broker.to("ace.dead")) == 1
        bench.clock.passes(hours=2)
        await bench.take(raises(TransientFailure("the database is away")), replace(waiting, exchange=""))
        assert len(bench.broker.to("ace.dead")) == 2

    async def test_while_the_cause_persists_it_is_back_among_the_dead_and_counted(self, bench: Bench) -> None:
        dead = await parked(bench)
        for replays in (1, 2):
            dead = await parked(bench, sent_back(dead, bench))
            letter = read_dead_letter(raw_of(dead), bench.queue, OURS)
            assert (letter.replays, letter.reason, letter.sender) == (replays, "it does not open", GATEWAY)


class TestWhoIsBelieved:
    async def test_a_sender_who_names_another_as_the_first_is_not(self, bench: Bench) -> None:
        forged = replace(a_guess(user="stranger"), headers={"ace-origin": GATEWAY, "ace-replayed-at": "2999-01-01"})
        await bench.take(abandons, forged)
        assert bench.application.state is State.REQUESTED
        dead = replace(forged, headers={**forged.headers, "x-death": [{"reason": "delivery_limit", "count": 1}]})
        assert find_first_sender(raw_of(dead), OURS) is None
        assert not can_be_replayed(raw_of(dead), bench.queue, OURS)

    async def test_a_command_that_nobody_vouches_for_stays_poison(self, bench: Bench) -> None:
        dead = await parked(bench, replace(a_guess(), user_id=None))
        dead = await parked(bench, sent_back(dead, bench))
        assert "user_id" in dead.headers["ace-reason"]

    def test_an_event_can_be_sent_back_whoever_sent_it(self) -> None:
        event = sent_by("x", a_code_issued(START), uuid4(), START)
        forged = raw_of(replace(event, headers={"ace-origin": "y"}))
        assert can_be_replayed(forged, queue_for(CodeIssued), OURS)

    @pytest.mark.parametrize("said", ["never", "2999-99-99", 7, "0001-01-01T00:00:00+14:00"])
    async def test_a_time_that_is_none_is_no_time(self, bench: Bench, said: Any) -> None:
        sent = replace(a_guess(), exchange=topology.REPLAY, headers={"ace-replayed-at": said, "ace-origin": GATEWAY})
        await bench.take(abandons, sent)
        assert bench.application.state is State.ABANDONED


class TestTheMarkOnTheApplication:
    async def test_it_goes_when_the_message_succeeds_and_others_stay(self, bench: Bench) -> None:
        first, second = await parked(bench), await parked(bench)
        assert bench.application.parked.keys() == {UUID(first.message_id), UUID(second.message_id)}
        await bench.take(abandons, sent_back(first, bench))
        assert bench.application.parked.keys() == {UUID(second.message_id)}

    async def test_it_goes_too_where_nothing_was_left_to_do(self, bench: Bench) -> None:
        await bench.take(changes_nothing, sent_back(await parked(bench), bench))
        assert bench.application.parked == {}

    async def test_it_goes_too_where_the_message_was_handled_before(self, bench: Bench) -> None:
        dead = await parked(bench)
        id = UUID(dead.message_id)
        known = bench.application.remember(id, HandledResult(START))
        bench.store.put(known.park_message(Parked(id, "check-code", "its follow-ups could not be published", START)))
        await bench.take(abandons, sent_back(dead, bench))
        assert bench.application.parked == {}
        assert bench.application.state is State.REQUESTED

    async def test_it_stays_while_the_trouble_does(self, bench: Bench) -> None:
        dead = await parked(bench)
        await bench.take(raises(TransientFailure("away")), sent_back(dead, bench))
        assert bench.application.parked


class TestWhatMayBeKnown:
    async def test_what_hostile_properties_say_harms_no_terminal_and_tells_no_address(self, bench: Bench) -> None:
        dead = await parked(bench, replace(a_guess(), type="\x1b[ada@acme.example", message_id="123-45-6789"))
        letter = read_dead_letter(raw_of(dead), bench.queue, OURS)
        assert letter.type == "?[***@***"
        assert letter.id.startswith("~")
        assert letter.reason == "its type is not check-code.v1"

    def test_one_that_the_broker_gave_up_on_says_so_whatever_its_headers_say(self, bench: Bench) -> None:
        death = {"reason": "delivery_limit", "queue": bench.queue.name, "count": 1}
        dead = replace(a_guess(), headers={"x-death": [death], "ace-reason": "all is well"})
        letter = read_dead_letter(raw_of(dead), bench.queue, OURS)
        assert letter.by_broker
        assert "the broker gave up" in letter.reason
        assert letter.sender == GATEWAY
        assert letter.parked_at is None
        assert letter.since == START

    @pytest.mark.parametrize("ids", [("987-65-4320", "987-65-4321"), ("x" * 200 + "1", "x" * 200 + "2")])
    def test_two_whose_ids_may_not_be_shown_whole_are_called_by_two_names(self, ids: tuple[str, str]) -> None:
        one, other = (replace(a_guess(), message_id=id, body=id[-1:].encode()) for id in ids)
        assert identify(raw_of(one)) != identify(raw_of(other))

    def test_one_without_an_id_is_called_by_its_fingerprint(self) -> None:
        one, other = replace(a_guess(), message_id=None), replace(a_guess(), message_id=None, body=b"another")
        assert identify(raw_of(one)).startswith("~")
        assert identify(raw_of(one)) != identify(raw_of(other))

    def test_its_body_is_told_as_far_as_nothing_sealed_is_in_it(self) -> None:
        said = read_body(raw_of(a_guess()))
        assert said is not None
        assert said["application_id"] == str(APPLICATION)
        assert said["code"] == "sealed"
        assert SEALED not in str(said)
        assert read_body(raw_of(replace(a_guess(), body=b"123-45-6789"))) is None

    async def test_a_letter_that_could_not_even_be_settled_keeps_its_first_sender(self, bench: Bench) -> None:
        bench.store.trouble = lambda what: RuntimeError("x") if what == "mark" else None
        dead = await parked(bench)
        assert read_dead_letter(raw_of(dead), bench.queue, OURS).sender == GATEWAY
