"""A message's path: decided once, stored, published, answered, acknowledged; a repeat has the same result."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid5

import pytest

from shared.contracts.commands import CheckCode
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationAbandoned, NotYet, Refused
from shared.contracts.state import State
from shared.domain.application import Code
from shared.domain.decision import Decision, Situation
from shared.domain.errors import Conflict
from shared.messaging.processor import CONFLICTS, follow_up_id
from tests.support.memory.broker import Channel, away, delivered
from tests.unit.messaging.decisions import abandons_and_tells
from tests.unit.messaging.rig import APPLICATION, START, WORKER, Rig, a_guess

WRONG = Refused(application_id=APPLICATION, problem=Problem.CODE_WRONG, tries_left=4)


def counts(_command: CheckCode, situation: Situation, _facts: Any) -> Decision:
    """A repeatable decision: one more try."""
    application = situation.stored
    assert application is not None
    code = application.code or Code("mac", START, START)
    return Decision(replace(application, code=code).count_try(), reply=WRONG)


def changes_nothing(*_: Any) -> Decision:
    return Decision(reply=NotYet(application_id=APPLICATION))


async def test_a_message_is_stored_then_published_then_answered_then_acknowledged(rig: Rig) -> None:
    await rig.take(abandons_and_tells)
    assert rig.journal == [
        "stored",
        "published application-submitted",
        "published email-due",
        "replied application-abandoned",
        "acknowledged",
    ]
    assert rig.application.state is State.ABANDONED


async def test_a_reply_goes_to_the_caller_with_its_own_token(rig: Rig) -> None:
    sent = await rig.take(changes_nothing)
    [reply] = rig.broker.to("")
    assert (reply.routing_key, reply.correlation_id, reply.user_id) == (sent.reply_to, sent.correlation_id, WORKER)
    assert reply.message == NotYet(application_id=APPLICATION)
    assert not reply.persist


async def test_a_message_without_a_reply_address_is_handled_and_not_answered(rig: Rig) -> None:
    await rig.take(abandons_and_tells, replace(a_guess(), reply_to=None))
    assert "acknowledged" in rig.journal
    assert rig.broker.replies == []


async def test_what_follows_is_durable_and_says_whom_it_is_about(rig: Rig) -> None:
    sent = await rig.take(abandons_and_tells)
    followers = rig.broker.to("ace.events")
    assert [follower.message_id for follower in followers] == [
        str(follow_up_id(UUID(sent.message_id), place)) for place in range(2)
    ]
    for follower in followers:
        assert follower.persist
        assert follower.headers["ace-application"] == str(APPLICATION)
        assert follower.timestamp == START
        assert follower.user_id == WORKER


async def test_a_message_that_comes_again_is_answered_the_same_and_not_decided_again(rig: Rig) -> None:
    sent = await rig.take(abandons_and_tells)
    first = list(rig.broker.sent)
    stored = rig.application
    rig.clock.passes(hours=2)
    await rig.take(abandons_and_tells, sent)
    assert rig.broker.sent[len(first) :] == first
    assert len(rig.decided) == 1
    assert rig.application == stored
    assert rig.channel.acknowledged == 2


async def test_another_message_is_decided_separately(rig: Rig) -> None:
    await rig.take(counts)
    await rig.take(counts)
    assert len(rig.decided) == 2
    assert rig.application.code
    assert rig.application.code.tries == 2


async def test_a_message_that_changed_nothing_is_not_remembered_and_decided_again(rig: Rig) -> None:
    before = rig.application
    sent = await rig.take(changes_nothing)
    await rig.take(changes_nothing, sent)
    assert len(rig.decided) == 2
    assert rig.application == before
    assert "stored" not in rig.journal


async def test_after_a_conflict_it_is_looked_up_and_decided_again(rig: Rig) -> None:
    faster = iter([Conflict(), Conflict()])

    def somebody(what: str) -> BaseException | None:
        if what != "save" or (failure := next(faster, None)) is None:
            return None
        rig.store.put(rig.application)
        return failure

    looked: list[int] = []

    async def gather(_command: CheckCode, situation: Situation) -> None:
        assert situation.stored
        looked.append(situation.stored.version)

    rig.store.failure = somebody
    await rig.take(abandons_and_tells, gather=gather)
    assert [situation.stored.version for situation in rig.decided if situation.stored] == [1, 2, 3]
    assert looked == [1, 2, 3]
    assert rig.application.state is State.ABANDONED
    assert rig.journal.count("stored") == 1


async def test_two_workers_with_different_guesses_count_both(rig: Rig) -> None:
    await asyncio.gather(*(rig.take(counts) for _ in range(8)))
    assert rig.application.code
    assert rig.application.code.tries == 8


async def test_two_workers_with_the_same_message_decide_it_once(rig: Rig) -> None:
    sent = a_guess()
    await asyncio.gather(*(rig.take(counts, sent) for _ in range(4)))
    assert rig.application.code
    assert rig.application.code.tries == 1
    assert rig.channel.acknowledged == 4
    assert len({(reply.message_id, reply.body) for reply in rig.broker.to("")}) == 1


async def test_if_others_are_always_faster_the_message_waits_its_turn(rig: Rig) -> None:
    rig.store.failure = lambda what: Conflict() if what == "save" else None
    await rig.take(abandons_and_tells)
    assert len(rig.decided) == CONFLICTS
    assert rig.journal == ["forwarded to ace.retry.1s", "acknowledged"]


async def test_after_a_crash_between_storing_and_publishing_the_repeat_publishes_what_was_decided(rig: Rig) -> None:
    rig.store.failure = lambda what: asyncio.CancelledError() if what == "saved" else None
    with pytest.raises(asyncio.CancelledError):
        await rig.take(abandons_and_tells, sent := a_guess())
    assert rig.journal == ["stored"]
    rig.store.failure = lambda what: None
    await rig.take(abandons_and_tells, sent)
    assert len(rig.decided) == 1
    assert rig.journal[1:] == [
        "published application-submitted",
        "published email-due",
        "replied application-abandoned",
        "acknowledged",
    ]


async def test_a_follow_up_that_is_not_confirmed_is_published_on_the_next_try(rig: Rig) -> None:
    rig.broker.refuses = lambda sent: away(sent) if sent.what == "email-due" else None
    sent = await rig.take(abandons_and_tells)
    assert rig.journal[-2:] == ["forwarded to ace.retry.1s", "acknowledged"]
    assert rig.broker.replies == []
    rig.broker.refuses = lambda sent: None
    await rig.take(abandons_and_tells, sent)
    assert {sent.what for sent in rig.broker.to("ace.events")} == {"application-submitted", "email-due"}
    assert rig.broker.replies == [ApplicationAbandoned(application_id=APPLICATION)]
    assert len(rig.decided) == 1


async def test_a_caller_that_is_gone_does_not_fail_the_command(rig: Rig) -> None:
    rig.broker.refuses = lambda sent: away(sent) if sent.exchange == "" else None
    await rig.take(abandons_and_tells)
    assert rig.journal[-1] == "acknowledged"
    assert rig.application.state is State.ABANDONED


async def test_a_cancelled_handler_settles_nothing(rig: Rig) -> None:
    def cancelled(*_: Any) -> Decision:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await rig.take(cancelled)
    assert rig.journal == []


@pytest.mark.parametrize("moment", ["load", "save"])
async def test_a_connection_lost_at_any_moment_settles_nothing(rig: Rig, moment: str) -> None:
    rig.store.failure = lambda what: asyncio.CancelledError() if what == moment else None
    with pytest.raises(asyncio.CancelledError):
        await rig.take(abandons_and_tells)
    assert rig.journal == []


async def test_an_acknowledgement_on_a_closed_channel_is_no_failure(rig: Rig) -> None:
    def closes(command: CheckCode, situation: Situation, facts: Any) -> Decision:
        rig.channel.is_closed = True
        return abandons_and_tells(command, situation, facts)

    await rig.take(closes)
    assert rig.channel.acknowledged == 0
    assert rig.broker.to("ace.dead") == []


async def test_a_reply_has_the_same_id_each_time(rig: Rig) -> None:
    sent = await rig.take(abandons_and_tells)
    await rig.take(abandons_and_tells, sent)
    assert {reply.message_id for reply in rig.broker.to("")} == {str(uuid5(UUID(sent.message_id), "reply"))}


async def test_each_delivery_is_acknowledged_on_its_own_channel(rig: Rig) -> None:
    one, other = Channel(), Channel()
    await rig.processor(counts).take(delivered(a_guess(), one))
    await rig.processor(counts).take(delivered(a_guess(), other))
    assert (one.acknowledged, other.acknowledged) == (1, 1)
