"""Messages taken any number of times in any order leave what some serial order of the distinct ones leaves."""

import asyncio
import itertools
from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import verification_code
from shared.domain.application import Application
from tests.unit.messaging.system import System

CODE = "7K2M-0XQ9"
WRONG = "0000-0000"
SCENES = (("start", "right code", "wrong code"), ("start", "right code", "abandon"))

Outcome = tuple[object, ...]


@pytest.fixture(autouse=True, scope="module")
def one_code() -> object:
    """Every code is the same, so that it can be entered before it was issued."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(verification_code, "generate", lambda: CODE)
        yield


class Scene:
    """One application, whose commands are all in their queues."""

    def __init__(self, commands: Sequence[str]) -> None:
        self.system = System()
        self.system.import_record("123-45-6789", "Acme Inc")
        start = self.system.start("123-45-6789", "Acme Inc", "jane@example.com")
        self.id = start.message.application_id
        sent = {
            "start": start,
            "right code": self.system.guess(self.id, CODE),
            "wrong code": self.system.guess(self.id, WRONG),
            "abandon": self.system.abandon(self.id),
        }
        self.known = {name: sent[name] for name in commands}

    def messages(self) -> list[str]:
        """Every message there is by now, under a name of its own."""
        for sent in self.system.pending:
            if sent.exchange == "ace.events":
                self.known.setdefault(sent.what, sent)
        return list(self.known)

    async def take(self, *names: str) -> None:
        """Takes these messages at the same moment."""
        await asyncio.gather(*(self.system.deliver(self.known[name]) for name in names))

    def outcome(self) -> Outcome:
        """What is left of it all."""
        application: Application | None = self.system.store.find(self.id)
        if application is None:
            return ()
        return (
            application.state,
            application.problem,
            tuple(entry.state for entry in application.history),
            application.tries_left,
            application.grant is not None,
            tuple(sorted(application.letters)),
            len(self.system.post.accepted),
        )


@cache
def serial_outcomes(commands: tuple[str, ...]) -> frozenset[Outcome]:
    """The outcomes of all orders in which every message is taken once, after what it follows."""

    async def explore() -> frozenset[Outcome]:
        found: set[Outcome] = set()
        unfinished: list[tuple[str, ...]] = [()]
        while unfinished:
            taken = unfinished.pop()
            scene = Scene(commands)
            for name in taken:
                scene.messages()
                await scene.take(name)
            left = [name for name in scene.messages() if name not in taken]
            unfinished += [(*taken, name) for name in left]
            if not left:
                found.add(scene.outcome())
        return frozenset(found)

    return asyncio.run(explore())


async def crowded(commands: tuple[str, ...], turns: Sequence[tuple[int, ...]]) -> Outcome:
    """Takes the messages in these turns, several at once, and at last those that were not taken; what is left."""
    scene = Scene(commands)
    taken: set[str] = set()
    for turn in itertools.chain(turns, itertools.repeat(())):
        names = scene.messages()
        chosen = [names[pick % len(names)] for pick in turn] or [name for name in names if name not in taken][:1]
        if not chosen:
            break
        await scene.take(*chosen)
        taken.update(chosen)
    return scene.outcome()


@pytest.mark.parametrize(
    ("commands", "states"),
    [(SCENES[0], {"awaiting-code", "verified"}), (SCENES[1], {"abandoned"})],
)
def test_the_order_matters(commands: tuple[str, ...], states: set[str]) -> None:
    outcomes = serial_outcomes(commands)
    assert {outcome[0] for outcome in outcomes} == states
    assert len(outcomes) > 3


@pytest.mark.parametrize("commands", SCENES)
@given(turns=st.lists(st.lists(st.integers(0, 5), min_size=1, max_size=3).map(tuple), max_size=12))
def test_repeats_and_crowds_leave_what_some_serial_order_leaves(
    commands: tuple[str, ...], turns: list[tuple[int, ...]]
) -> None:
    assert asyncio.run(crowded(commands, turns)) in serial_outcomes(commands)


def test_each_message_leads_to_the_next() -> None:
    scene = Scene(SCENES[0])
    asyncio.run(scene.take("start"))
    assert scene.messages() == [*SCENES[0], "application-accepted"]
    asyncio.run(scene.take("application-accepted"))
    assert scene.messages() == [*SCENES[0], "application-accepted", "code-issued"]
