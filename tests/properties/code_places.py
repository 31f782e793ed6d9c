"""Places for code emails: taken, kept or given back in any order, with crashes between, nobody passes a limit.

Two importers have one contact. The database is a model, and its calls take no time; intake's own code decides.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from services.intake.admission import Admission, Admissions
from services.intake.tickets import Tickets
from shared.contracts.problem import Problem
from shared.domain.limits.code_emails import MOST_WAITING, TURN, CodeSent
from shared.domain.limits.failures import Asked
from shared.domain.limits.keys import name_codes, name_contact
from shared.domain.limits.tally import DAY, HOUR
from shared.security.fingerprints import Fingerprints
from shared.security.keys import KeyRing, make_ring
from tests.support.memory.limits import Killed, MemoryLimits, MortalLimits
from tests.unit.intake.starting import NOW, situation, start

IMPORTERS = ("acme", "blue")
CONTACT = "pat"
TICKETS = Tickets(Fingerprints(KeyRing.parse(make_ring())))
HISTORIES = settings(
    max_examples=settings().max_examples // 2,
    stateful_step_count=30,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)


@dataclass(eq=False)
class Ask:
    """A start that matched, and what became of it."""

    importer: str
    requester: str
    network: str
    is_verified: bool
    id: UUID = field(default_factory=uuid4)
    told: Admission | None = None
    """None before its first answer, and if the process died before it could answer."""
    place: CodeSent | None = None
    """Under which its email went out."""
    had_to_wait: bool = False

    @property
    def is_sent(self) -> bool:
        return self.place is not None


asks = st.builds(
    Ask,
    st.sampled_from(IMPORTERS),
    st.sampled_from(["jane", "joe", "ann", "bob", "cy", "di"]),
    st.sampled_from(["", "here", "there", "elsewhere"]),
    st.booleans() | st.just(True),  # mostly verified: else nobody gets far
)


class CodePlaces(RuleBasedStateMachine):
    """Requesters who ask for codes, come back as they were told, or are handled again after a crash."""

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.limits = MemoryLimits()
        self.asked: list[Ask] = []
        self.runner = asyncio.Runner()

    def teardown(self) -> None:
        """Ends the event loop."""
        self.runner.close()

    @property
    def interrupted(self) -> list[Ask]:
        """Those whose process died: they are delivered again before time passes."""
        return [ask for ask in self.asked if ask.told is None]

    @property
    def postponed(self) -> list[Ask]:
        """Those who were told to come back."""
        return [ask for ask in self.asked if ask.told and ask.told.problem]

    def handle(self, ask: Ask, calls: int = 0) -> None:
        """Another process handles it, and dies after so many calls."""
        of_contact = self.find_places(name_contact(CONTACT))
        is_full = sum(place.at > self.now - HOUR for place in of_contact.values()) >= 10
        delayed = cast("Any", SimpleNamespace(was_delayed=_was_not_delayed))
        limits = cast("Any", MortalLimits(self.limits, calls))
        admissions = Admissions(limits, delayed, TICKETS, trusted=("gateway",))
        said = {"verified_by": "altcha" if ask.is_verified else None, "ticket": ask.told.ticket if ask.told else None}
        about = Asked(importer=ask.importer, address=ask.requester, networks=(ask.network,) if ask.network else ())
        admit = admissions.admit_code(
            start().model_copy(update=said), situation(now=self.now, id=ask.id), about, CONTACT, Admission()
        )
        try:
            ask.told = self.runner.run(admit)
        except Killed:
            ask.told = None
            return
        if ask.id not in of_contact and ask.told.problem is Problem.TOO_MANY_REQUESTS:
            assert ask.told.is_put_off is is_full, "the contact is told of just those that its own limit puts off"
        ask.had_to_wait |= ask.told.problem is not None
        if not ask.told.problem and not ask.is_sent:
            ask.place = self.find_places(name_codes(ask.importer)).get(ask.id)
            assert ask.place, "a code went out without a place"

    def find_places(self, key: str) -> dict[UUID, CodeSent]:
        """The places that still count."""
        places = self.limits.codes.get(key, {})
        return {id: place for id, place in places.items() if place.at > self.now - DAY}

    @rule(asks=st.lists(asks, min_size=1, max_size=9))
    def ask(self, asks: list[Ask]) -> None:
        """Some ask at the same moment."""
        for ask in asks:
            self.asked.append(replace(ask, id=uuid4()))
            self.handle(self.asked[-1])

    @rule(ask=asks, calls=st.integers(1, 2))
    def die(self, ask: Ask, calls: int) -> None:
        """Somebody asks, and the process dies on the way."""
        self.asked.append(replace(ask, id=uuid4()))
        self.handle(self.asked[-1], calls)

    @precondition(lambda self: self.interrupted)
    @rule(chance=st.randoms(use_true_random=False))
    def deliver_again(self, chance: Any) -> None:
        """What was not acknowledged comes again."""
        self.handle(chance.choice(self.interrupted))

    @precondition(lambda self: any(ask.is_sent and ask.place.at == self.now for ask in self.asked))
    @rule(chance=st.randoms(use_true_random=False))
    def deliver_twice(self, chance: Any) -> None:
        """A code that may go out may go out again, if the process died before it said so."""
        ask = chance.choice([ask for ask in self.asked if ask.place and ask.place.at == self.now])
        self.handle(ask)
        assert ask.told
        assert ask.told.problem is None

    @precondition(lambda self: self.postponed and not self.interrupted)
    @rule(chance=st.randoms(use_true_random=False), is_early=st.booleans())
    def come_back(self, chance: Any, *, is_early: bool) -> None:
        """Somebody comes back, perhaps before the time. Who had a turn gets it, whoever asked meanwhile."""
        ask = chance.choice(self.postponed)
        assert ask.told
        turn = ask.told.retry_at
        assert turn
        kept = self.find_places(name_codes(ask.importer)).get(ask.id)
        if not is_early:
            self.now = max(self.now, turn)
        self.handle(ask)
        if kept:
            assert (ask.told.problem is None) is (turn <= self.now)
            assert ask.told.retry_at == (None if ask.is_sent else turn)

    @precondition(lambda self: not self.interrupted)
    @rule(minutes=st.integers(1, 90) | st.integers(600, 1600))
    def pass_time(self, minutes: int) -> None:
        """Nobody asks for a while."""
        self.now += timedelta(minutes=minutes)

    @invariant()
    def a_contact_gets_ten_an_hour(self) -> None:
        times = self.list_sent()
        assert all(sum(at - HOUR < other <= at for other in times) <= 10 for at in times)

    @invariant()
    def above_its_ceiling_an_importer_gets_one_in_twenty_minutes_and_a_requester_one_in_an_hour(self) -> None:
        assert all(keeps_pauses(self.list_sent(importer), 20, TURN) for importer in IMPORTERS)
        requesters = {(ask.importer, ask.requester) for ask in self.asked}
        assert all(keeps_pauses(self.list_sent(*requester), 6, HOUR) for requester in requesters)

    @invariant()
    def whoever_neither_waited_nor_was_verified_was_among_the_first(self) -> None:
        for ask in self.asked:
            if ask.place and not ask.is_verified and not ask.had_to_wait:
                at, before = ask.place.at, self.asked[: self.asked.index(ask)]
                recent = [other for other in before if other.place and at - HOUR < other.place.at <= at]
                to_importer = [other for other in recent if other.importer == ask.importer]
                assert len(to_importer) < 5
                assert sum(other.requester == ask.requester for other in to_importer) < 3

    @invariant()
    def places_belong_to_codes_that_went_out_or_have_a_turn(self) -> None:
        open = {ask.id for ask in self.interrupted}
        sent = {ask.id for ask in self.asked if ask.place and ask.place.at > self.now - DAY} - open
        of_importers: dict[UUID, CodeSent] = {}
        for importer in IMPORTERS:
            places = self.find_places(name_codes(importer))
            assert sum(place.waiting and place.at > self.now for place in places.values()) <= MOST_WAITING
            of_importers |= places
        of_contact = self.find_places(name_contact(CONTACT))
        waiting = {ask.id: ask.told.retry_at for ask in self.postponed if ask.told and ask.id in of_importers}
        assert of_importers.keys() - open == sent | waiting.keys()
        assert of_contact.keys() - open == of_importers.keys() - open
        assert all(of_importers[id].waiting and of_importers[id].at == at for id, at in waiting.items())
        assert all(of_contact[id].at == of_importers[id].at for id in of_contact.keys() - open)

    def list_sent(self, *whose: str) -> list[datetime]:
        """The times of the places of codes that went out: of an importer and requester, if named."""
        return sorted(
            ask.place.at for ask in self.asked if ask.place and (ask.importer, ask.requester)[: len(whose)] == whose
        )


async def _was_not_delayed(*_: object) -> bool:
    return False


def keeps_pauses(times: Iterable[datetime], most_a_day: int, pause: timedelta) -> bool:
    """Whether each that follows so many in a day comes a pause after the last."""
    sent = list(times)
    return all(
        at - sent[n - 1] >= pause for n, at in enumerate(sent) if n >= most_a_day and sent[n - most_a_day] > at - DAY
    )


def try_histories() -> None:
    """Raises `AssertionError` if a history breaks what has to hold."""
    run_state_machine_as_test(CodePlaces, settings=HISTORIES)
