"""What a process saved last is decided about without loading it, and only saving proves that this was right."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.contracts.problem import Problem
from shared.contracts.replies import NotYet, Refused
from shared.domain.application import Application, Code
from shared.domain.decision import Decision, Situation
from shared.domain.errors import PermanentFailure, TransientFailure
from shared.messaging.own_saves import KEPT, MOST, OwnSaves
from tests.support.memory.broker import Sent
from tests.unit.messaging.rig import APPLICATION, START, Rig, a_guess, an_application


@pytest.fixture
def rig(rig: Rig) -> Rig:
    """A rig whose process remembers what it saves."""
    rig.own_saves.is_used = True
    return rig


def count(_command: Any, situation: Situation, _facts: Any) -> Decision:
    """One more wrong code."""
    assert situation.stored
    code = situation.stored.code or Code("mac", START, START)
    counted = replace(situation.stored, code=code).count_try()
    return Decision(counted, reply=Refused(application_id=APPLICATION, problem=Problem.CODE_WRONG, tries_left=4))


def change_nothing(*_: Any) -> Decision:
    return Decision(reply=NotYet(application_id=APPLICATION))


async def take(rig: Rig, decide: Callable[..., Decision] = count, sent: Sent | None = None) -> list[str]:
    """Delivers a message; returns what the processor did with the database."""
    asked: list[str] = []
    rig.store.failure = asked.append
    await rig.take(decide, sent, continues=True)
    return [each for each in asked if each != "saved"]


async def test_what_this_process_saved_last_is_not_loaded(rig: Rig) -> None:
    assert await take(rig) == ["load", "save"]
    assert await take(rig) == ["save"]
    assert await take(rig) == ["save"]
    assert rig.application.tries_left == 2


async def test_a_step_that_does_not_go_on_with_its_own_loads(rig: Rig) -> None:
    await take(rig)
    asked: list[str] = []
    rig.store.failure = asked.append
    await rig.take(count)
    assert asked[0] == "load"


async def test_what_another_process_saved_meanwhile_is_loaded_and_decided_about(rig: Rig) -> None:
    await take(rig)
    rig.store.put(rig.application.count_try())
    assert await take(rig) == ["save", "load", "save"]
    assert rig.application.tries_left == 2
    assert rig.channel.acknowledged == 2


async def test_a_reply_is_counted_once_it_stands_and_not_when_it_is_repeated(rig: Rig) -> None:
    counted: list[Any] = []
    await rig.take(count, continues=True, count=counted.append)
    rig.store.put(rig.application.count_try())
    sent = await rig.take(count, continues=True, count=counted.append)
    await rig.take(count, sent, continues=True, count=counted.append)
    assert len(rig.decided) == 3
    assert len(counted) == 2


async def test_a_decision_that_saves_nothing_is_made_about_what_is_stored(rig: Rig) -> None:
    await take(rig)
    rig.store.put(rig.application.count_try())
    assert await take(rig, change_nothing) == ["load"]
    assert [situation.stored and situation.stored.tries_left for situation in rig.decided[1:]] == [4, 3]


async def test_a_failure_counts_only_if_what_is_stored_leads_to_it(rig: Rig) -> None:
    def refuse_the_first_try(command: Any, situation: Situation, facts: Any) -> Decision:
        if situation.stored and situation.stored.tries_left == 4:
            raise PermanentFailure("no second try")
        return count(command, situation, facts)

    await take(rig)
    rig.store.put(rig.application.count_try())
    assert await take(rig, refuse_the_first_try) == ["load", "save"]


async def test_a_message_that_comes_again_is_answered_from_the_store(rig: Rig) -> None:
    sent = a_guess()
    await take(rig, sent=sent)
    assert await take(rig, sent=sent) == ["load"]
    assert len(rig.decided) == 1
    assert rig.broker.replies[0] == rig.broker.replies[1]


async def test_a_message_that_was_tried_before_is_decided_about_what_is_stored(rig: Rig) -> None:
    await take(rig)
    assert await take(rig, sent=replace(a_guess(), headers={"ace-attempts": 1})) == ["load", "save"]


async def test_another_gateway_is_refused_by_what_is_stored(rig: Rig) -> None:
    await take(rig)
    assert await take(rig, sent=a_guess(user="other-gateway")) == ["load"]
    assert len(rig.decided) == 1


async def test_a_save_that_nobody_confirmed_is_not_gone_on_with(rig: Rig) -> None:
    await take(rig)
    rig.store.failure = lambda what: TransientFailure("lost") if what == "saved" else None
    await rig.take(count, continues=True)
    assert rig.application.tries_left == 3
    assert await take(rig) == ["load", "save"]


def keep(saves: OwnSaves[Application], count: int, minutes: float) -> list[UUID]:
    ids = [uuid4() for _ in range(count)]
    for id in ids:
        saves.keep(id, an_application(), START + timedelta(minutes=minutes))
    return ids


def test_only_the_latest_are_kept() -> None:
    saves: OwnSaves[Application] = OwnSaves()
    saves.is_used = True
    ids = keep(saves, MOST + 1, minutes=0)
    assert [saves.take(ids[number], START) is None for number in (0, 1, MOST)] == [True, False, False]


def test_what_is_old_is_dropped_with_the_next_save() -> None:
    saves: OwnSaves[Application] = OwnSaves()
    saves.is_used = True
    [old], [new] = keep(saves, 1, minutes=0), keep(saves, 1, minutes=5)
    keep(saves, 1, minutes=KEPT / timedelta(minutes=1))
    assert (saves.take(old, START), saves.take(new, START) is None) == (None, False)


def test_what_is_old_is_not_gone_on_with_though_nothing_was_saved_since() -> None:
    saves: OwnSaves[Application] = OwnSaves()
    saves.is_used = True
    [old] = keep(saves, 1, minutes=0)
    assert saves.take(old, START + KEPT) is None


def test_nothing_is_kept_where_nobody_goes_on_with_it() -> None:
    saves: OwnSaves[Application] = OwnSaves()
    [id] = keep(saves, 1, minutes=0)
    assert saves.take(id, START) is None
