"""What happens between two steps of a history, and how it ends."""

from collections.abc import Callable
from datetime import timedelta
from random import Random
from typing import ClassVar

from hypothesis.stateful import RuleBasedStateMachine, invariant

from services.verifier.sweep import Sweep
from tests.properties.broken import Broken
from tests.properties.invariants import Invariants
from tests.properties.invariants_at_rest import InvariantsAtRest
from tests.properties.mail import ACCEPTS
from tests.properties.network import Fate, Work
from tests.properties.people import People
from tests.properties.simulation import Simulation
from tests.support.memory.broker import Sent

IMPORTERS = {"123-45-6789": "Acme Inc", "12-3456789AB": "Blue Ltd"}
MISHAPS = ("dies", "dies", "disconnected", "fails", "lost")

MANY = 100
"""More calls than any message needs."""


class Workings(RuleBasedStateMachine):
    """The system under test, worked meanwhile by its processes, checked after each step and at the end."""

    counts: ClassVar[dict[str, int]] = {}
    """How often each kind of thing happened, over all examples."""

    def __init__(self) -> None:
        super().__init__()
        self.simulation = Simulation()
        self.people = People(self.simulation)
        self.always = Invariants(self.simulation, self.people)
        self.at_rest = InvariantsAtRest(self.always, self.simulation, self.people)
        self.is_broken = False
        self.records = {number: self.simulation.import_record(number, IMPORTERS[number]) for number in IMPORTERS}
        self._counted("examples")
        self._garbage = 0
        self._chance, self._pace, self._bad_luck = Random(0), 0, 0.0  # noqa: S311  # replaced before the first step

    def _counted(self, what: str, times: int = 1) -> None:
        self.counts[what] = self.counts.get(what, 0) + times

    @invariant()
    def the_invariants_hold(self) -> None:
        self._counted("steps")
        self._work_meanwhile()
        self._holds(self.always.hold)

    def _work_meanwhile(self) -> None:
        """Gives processes messages or lets their calls return, repeatedly, in any order, with some bad luck."""
        for _ in range(self._chance.randint(0, self._pace)):
            works, ready = self.simulation.works, self.simulation.queues.ready
            if ready and (not works or self._chance.random() < 0.3):
                sent = self._chance.choice(ready)
                if self._chance.random() < self._bad_luck:
                    self._doubled(sent)
                self.simulation.takes(sent)
            elif works and self._chance.random() < self._bad_luck:
                self._has_bad_luck(self._chance.choice(works), self._chance.choice(MISHAPS))
            elif works:
                self.simulation.goes_on(self._chance.choice(works))

    def _takes(self, pick: int) -> Work:
        ready: list[Sent] = self.simulation.queues.ready
        return self.simulation.takes(ready[pick % len(ready)])

    def _doubled(self, sent: Sent) -> None:
        self.simulation.queues.by_name[sent.routing_key].append(sent)
        self._counted("doubled")

    def _overtakes(self, slow: Work, other: Sent, calls: int) -> None:
        self._goes_on(slow, calls)
        self._goes_on(self.simulation.takes(other), MANY)
        self._goes_on(slow, MANY)

    def _goes_on(self, work: Work, calls: int) -> None:
        for _ in range(calls):
            if not self.simulation.goes_on(work):
                return

    def _has_bad_luck(self, work: Work, mishap: str) -> None:
        call = next((call.name for call in self.simulation.network.of(work)), "its end")
        self._counted(f"{mishap} at {call}")
        if mishap == "dies":
            self.simulation.dies(work)
        elif mishap == "disconnected":
            self.simulation.disconnects(work)
        else:
            self.simulation.goes_on(work, Fate.FAILS if mishap == "fails" else Fate.LOST)

    def _rests(self) -> None:
        self.simulation.mail.mood = ACCEPTS
        self.simulation.key_is_wrong = False
        self.simulation.comes_to_rest()
        self._holds(self.at_rest.hold)

    def _holds(self, check: Callable[[], None]) -> None:
        try:
            check()
        except Broken:
            self.is_broken = True
            raise

    def teardown(self) -> None:
        try:
            if not self.is_broken:
                self._rests()
                self._holds(self.at_rest.histories_are_as_drawn)
                self._all_time_passes()
        finally:
            self._counted("calls", len(self.simulation.network.carried))
            self.simulation.close()

    def _all_time_passes(self) -> None:
        if dead := self.simulation.queues.dead:
            for each in dead:
                self.simulation.queues.replay(each)
            self._rests()
        self.simulation.passes(timedelta(hours=31))
        self.simulation.does(Sweep)
        self._rests()
        self._holds(self.at_rest.ended)
        self.simulation.passes(timedelta(days=8))
        self.simulation.does(Sweep)
        self.simulation.comes_to_rest()
        self._holds(self.at_rest.old_ones_remember_nothing_but_how_they_ended)
