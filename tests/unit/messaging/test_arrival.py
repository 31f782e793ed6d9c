"""The broker's stamp goes along on every way, and nobody but the broker says when a message arrived."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.errors import PermanentFailure
from shared.messaging import headers
from shared.messaging.topology import REPLAY
from tests.support.memory.broker import Channel, Sent, delivered, stamp
from tests.unit.messaging.decisions import away_for_now, changes_nothing, raises
from tests.unit.messaging.rig import GATEWAY, START, WORKER, Rig, a_guess, again

LATER = START + timedelta(minutes=5)


async def test_a_handler_is_told_when_the_message_arrived(rig: Rig) -> None:
    await rig.take(changes_nothing, stamp(a_guess(), START))
    assert (rig.decided[-1].stamped_at, rig.decided[-1].arrived_at) == (START, START)


@pytest.mark.parametrize("nonsense", [None, "1795923492328", -1, 0, 10**15, True, 1.5, {"a": 1}])
async def test_without_a_stamp_that_makes_sense_it_arrives_now(rig: Rig, nonsense: Any) -> None:
    await rig.take(changes_nothing, replace(a_guess(), headers={headers.STAMP: nonsense}))
    assert (rig.decided[-1].stamped_at, rig.decided[-1].arrived_at) == (None, rig.clock())


async def test_the_first_stamp_is_kept_over_every_wait(rig: Rig) -> None:
    sent = stamp(a_guess(), START)
    for _ in range(3):
        rig.clock.passes(minutes=5)
        await rig.take(away_for_now, sent)
        sent = stamp(again(rig.broker.sent[-1], rig.queue.name), rig.clock())
    await rig.take(changes_nothing, sent)
    assert rig.decided[-1].stamped_at == START


async def test_what_waited_without_a_believed_stamp_gets_none_from_its_wait(rig: Rig) -> None:
    await rig.take(away_for_now, a_guess())
    await rig.take(changes_nothing, stamp(again(rig.broker.sent[-1], rig.queue.name), LATER))
    assert rig.decided[-1].stamped_at is None


async def test_a_dead_letter_and_its_replay_carry_the_first_stamp(rig: Rig) -> None:
    await rig.take(raises(PermanentFailure("no")), stamp(a_guess(), START))
    [dead] = rig.broker.to("ace.dead")
    replayed = stamp(replace(dead, exchange=REPLAY, routing_key=rig.queue.name, user_id="operator"), LATER)
    await rig.take(changes_nothing, replayed)
    assert rig.decided[-1].stamped_at == START


async def test_a_gateway_cannot_say_when_its_message_arrived(rig: Rig) -> None:
    claims = {headers.ORIGIN: GATEWAY, headers.ARRIVED: 5, headers.PUBLISHED_AT: "2020-01-01T00:00:00+00:00"}
    sent = stamp(replace(a_guess(), headers=claims), START)
    await rig.take(changes_nothing, sent)
    assert rig.decided[-1].stamped_at == START
    await rig.take(away_for_now, sent)
    assert headers.read_arrival(_delivered(rig.broker.sent[-1]), WORKER) == START


async def test_its_age_counts_from_when_it_was_first_published_though_the_broker_says_otherwise(rig: Rig) -> None:
    sent = stamp(a_guess(), START)
    for _ in range(2):
        await rig.take(away_for_now, sent)
        rig.clock.passes(hours=12)
        sent = stamp(again(rig.broker.sent[-1], rig.queue.name), rig.clock())
    await rig.take(away_for_now, sent)
    [dead] = rig.broker.to("ace.dead")
    assert dead.headers[headers.REASON].startswith("too old")


def _delivered(sent: Sent) -> Any:
    return delivered(sent, Channel())
