"""A message's path: decided once, stored, published, answered, acknowledged; a repeat has the same result."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from shared.contracts.commands import AskOutcome, CheckCode
from shared.contracts.events import ApplicationAccepted, ApplicationSubmitted
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationAbandoned, ApplicationStatus, NotYet, Refused
from shared.contracts.state import State
from shared.domain.application import Code
from shared.domain.decision import Decision, Situation
from shared.domain.errors import Conflict
from shared.messaging.processor import CONFLICTS, follow_up_id
from shared.messaging.topology import IN_BACKGROUND
from tests.unit.messaging.bench import APPLICATION, GATEWAY, START, WORKER, Bench, a_guess, an_application, an_email_due
from tests.unit.messaging.broker import Channel, away, delivered, sent_by

WRONG = Refused(application_id=APPLICATION, problem=Problem.CODE_WRONG, tries_left=4)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = Bench(monkeypatch)
    bench.store.put(an_application())
    return bench


def abandons(_command: CheckCode, situation: Situation, _facts: Any) -> Decision:
    """A decision that changes the application, replies, and publishes two messages."""
    assert situation.stored is not None
    return Decision(
        situation.stored.move_to(State.ABANDONED, situation.now, "check-code"),
        reply=ApplicationAbandoned(application_id=APPLICATION),
        follow_ups=(
            ApplicationSubmitted(application_id=APPLICATION),
            an_email_due(),
        ),
    )


def counts(_command: CheckCode, situation: Situation, _facts: Any) -> Decision:
    """A repeatable decision: one more try."""
    application = situation.stored
    assert application is not None
    code = application.code or Code("mac", START, START)
    return Decision(replace(application, code=code).count_try(), reply=WRONG)


def changes_nothing(_command: CheckCode, situation: Situation, _facts: Any) -> Decision:
    return Decision(reply=NotYet(application_id=APPLICATION))


async def test_a_message_is_stored_then_published_then_answered_then_acknowledged(bench: Bench) -> None:
    await bench.take(abandons)
    assert bench.journal == [
        "stored",
        "published application-submitted",
        "published email-due",
        "replied application-abandoned",
        "acknowledged",
    ]
    assert bench.application.state is State.ABANDONED


async def test_a_reply_goes_to_who_asked_with_the_askers_own_token(bench: Bench) -> None:
    sent = await bench.take(changes_nothing)
    [reply] = bench.broker.to("")
    assert (reply.routing_key, reply.correlation_id, reply.user_id) == ("replies", sent.correlation_id, WORKER)
    assert reply.message == NotYet(application_id=APPLICATION)
    assert not reply.persist


async def test_a_message_without_a_reply_address_is_handled_and_not_answered(bench: Bench) -> None:
    await bench.take(abandons, replace(a_guess(), reply_to=None))
    assert "acknowledged" in bench.journal
    assert bench.broker.replies == []


async def test_what_follows_is_durable_and_says_whom_it_is_about(bench: Bench) -> None:
    sent = await bench.take(abandons)
    followers = bench.broker.to("ace.events")
    assert [follower.message_id for follower in followers] == [
        str(follow_up_id(UUID(sent.message_id), place)) for place in range(2)
    ]
    for follower in followers:
        assert follower.persist
        assert follower.headers["ace-application"] == str(APPLICATION)
        assert follower.timestamp == START
        assert follower.user_id == WORKER


async def test_a_message_that_comes_again_is_answered_the_same_and_not_decided_again(bench: Bench) -> None:
    sent = await bench.take(abandons)
    first = list(bench.broker.sent)
    stored = bench.application
    bench.clock.passes(hours=2)
    await bench.take(abandons, sent)
    assert bench.broker.sent[len(first) :] == first
    assert len(bench.decided) == 1
    assert bench.application == stored
    assert bench.channel.acknowledged == 2


async def test_another_message_is_decided_for_itself(bench: Bench) -> None:
    await bench.take(counts)
    await bench.take(counts)
    assert len(bench.decided) == 2
    assert bench.application.code
    assert bench.application.code.tries == 2


async def test_a_message_that_changed_nothing_is_not_remembered_and_decided_again(bench: Bench) -> None:
    before = bench.application
    sent = await bench.take(changes_nothing)
    await bench.take(changes_nothing, sent)
    assert len(bench.decided) == 2
    assert bench.application == before
    assert "stored" not in bench.journal


async def test_where_somebody_was_faster_it_is_looked_up_and_decided_again(bench: Bench) -> None:
    faster = iter([Conflict(), Conflict()])

    def somebody(what: str) -> BaseException | None:
        if what != "save" or (trouble := next(faster, None)) is None:
            return None
        bench.store.put(bench.application)
        return trouble

    looked: list[int] = []

    async def gather(_command: CheckCode, situation: Situation) -> None:
        assert situation.stored
        looked.append(situation.stored.version)

    bench.store.trouble = somebody
    await bench.take(abandons, gather=gather)
    assert [situation.stored.version for situation in bench.decided if situation.stored] == [1, 2, 3]
    assert looked == [1, 2, 3]
    assert bench.application.state is State.ABANDONED
    assert bench.journal.count("stored") == 1


async def test_two_takers_of_different_guesses_count_both(bench: Bench) -> None:
    await asyncio.gather(*(bench.take(counts) for _ in range(8)))
    assert bench.application.code
    assert bench.application.code.tries == 8


async def test_two_takers_of_the_same_message_decide_it_once(bench: Bench) -> None:
    sent = a_guess()
    await asyncio.gather(*(bench.take(counts, sent) for _ in range(4)))
    assert bench.application.code
    assert bench.application.code.tries == 1
    assert bench.channel.acknowledged == 4
    assert len({(reply.message_id, reply.body) for reply in bench.broker.to("")}) == 1


async def test_where_others_are_always_faster_the_message_waits_its_turn(bench: Bench) -> None:
    bench.store.trouble = lambda what: Conflict() if what == "save" else None
    await bench.take(abandons)
    assert len(bench.decided) == CONFLICTS
    assert bench.journal == ["forwarded to ace.retry.1s", "acknowledged"]


async def test_after_a_crash_between_storing_and_publishing_the_repeat_publishes_what_was_decided(bench: Bench) -> None:
    bench.store.trouble = lambda what: asyncio.CancelledError() if what == "saved" else None
    with pytest.raises(asyncio.CancelledError):
        await bench.take(abandons, sent := a_guess())
    assert bench.journal == ["stored"]
    bench.store.trouble = lambda what: None
    await bench.take(abandons, sent)
    assert len(bench.decided) == 1
    assert bench.journal[1:] == [
        "published application-submitted",
        "published email-due",
        "replied application-abandoned",
        "acknowledged",
    ]


async def test_a_follow_up_that_is_not_confirmed_is_published_on_the_next_try(bench: Bench) -> None:
    bench.broker.refuses = lambda sent: away(sent) if sent.what == "email-due" else None
    sent = await bench.take(abandons)
    assert bench.journal[-2:] == ["forwarded to ace.retry.1s", "acknowledged"]
    assert bench.broker.replies == []
    bench.broker.refuses = lambda sent: None
    await bench.take(abandons, sent)
    assert {sent.what for sent in bench.broker.to("ace.events")} == {"application-submitted", "email-due"}
    assert bench.broker.replies == [ApplicationAbandoned(application_id=APPLICATION)]
    assert len(bench.decided) == 1


async def test_an_asker_that_is_gone_does_not_fail_the_command(bench: Bench) -> None:
    bench.broker.refuses = lambda sent: away(sent) if sent.exchange == "" else None
    await bench.take(abandons)
    assert bench.journal[-1] == "acknowledged"
    assert bench.application.state is State.ABANDONED


async def test_a_cancelled_handler_settles_nothing(bench: Bench) -> None:
    def cancelled(*_: Any) -> Decision:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await bench.take(cancelled)
    assert bench.journal == []


@pytest.mark.parametrize("moment", ["load", "save"])
async def test_a_connection_lost_at_any_moment_settles_nothing(bench: Bench, moment: str) -> None:
    bench.store.trouble = lambda what: asyncio.CancelledError() if what == moment else None
    with pytest.raises(asyncio.CancelledError):
        await bench.take(abandons)
    assert bench.journal == []


async def test_an_acknowledgement_on_a_closed_channel_is_not_trouble(bench: Bench) -> None:
    def closes(command: CheckCode, situation: Situation, facts: Any) -> Decision:
        bench.channel.is_closed = True
        return abandons(command, situation, facts)

    await bench.take(closes)
    assert bench.channel.acknowledged == 0
    assert bench.broker.to("ace.dead") == []


async def test_another_gateways_user_gets_session_over_and_changes_nothing(bench: Bench) -> None:
    await bench.take(abandons, a_guess(user="another-gateway"))
    assert bench.broker.replies == [Refused(application_id=APPLICATION, problem=Problem.SESSION_OVER)]
    assert bench.decided == []
    assert bench.journal == ["replied refused", "acknowledged"]


async def test_whose_application_it_is_does_not_depend_on_how_its_queue_recovers(bench: Bench) -> None:
    bench.queue = replace(bench.queue, recovery=IN_BACKGROUND)
    await bench.take(abandons, a_guess(user="another-gateway"))
    assert bench.decided == []


async def test_another_gateways_user_is_not_told_what_was_answered_to_the_first(bench: Bench) -> None:
    sent = await bench.take(abandons)
    await bench.take(abandons, replace(sent, user_id="another-gateway", reply_to="elsewhere"))
    assert bench.broker.to("")[-1].message == Refused(application_id=APPLICATION, problem=Problem.SESSION_OVER)


async def test_a_question_of_another_gateways_user_gets_session_over(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch, AskOutcome)
    bench.store.put(an_application())
    question = AskOutcome(application_id=APPLICATION, command_id=uuid4())

    def known(*_: Any) -> Decision:
        return Decision(reply=ApplicationStatus(application_id=APPLICATION, status="pending"))

    await bench.take(known, sent_by("another-gateway", question, uuid4(), START))
    await bench.take(known, sent_by(GATEWAY, question, uuid4(), START))
    assert [reply.name() for reply in bench.broker.replies] == ["refused", "application-status"]


async def test_an_event_comes_from_any_of_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench(monkeypatch, ApplicationAccepted)
    bench.store.put(an_application())
    event = ApplicationAccepted(application_id=APPLICATION, taken_at=START)
    await bench.take(abandons, sent_by("intake", event, uuid4(), START, reply_to=None))
    assert bench.application.state is State.ABANDONED


async def test_a_reply_has_the_same_id_each_time(bench: Bench) -> None:
    sent = await bench.take(abandons)
    await bench.take(abandons, sent)
    assert {reply.message_id for reply in bench.broker.to("")} == {str(uuid5(UUID(sent.message_id), "reply"))}


async def test_each_delivery_is_acknowledged_on_its_own_channel(bench: Bench) -> None:
    one, other = Channel(), Channel()
    await bench.processor(counts).take(delivered(a_guess(), one))
    await bench.processor(counts).take(delivered(a_guess(), other))
    assert (one.acknowledged, other.acknowledged) == (1, 1)
