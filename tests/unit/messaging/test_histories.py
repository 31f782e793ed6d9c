"""Whole histories: people, gateways, crashes, repeats and time in any order, against the system's invariants.

The steps, the wiring and the worker loop are the real ones. What may happen is written down here a second time, from
the description of the system and not from the code.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
import structlog
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from shared.contracts.events import CodeIssued
from shared.contracts.message import Message
from shared.contracts.replies import CodeAccepted, DetailsTaken, Refused
from shared.contracts.sealed import TypedDetails
from shared.domain import verification_code
from shared.domain.application import Application
from shared.domain.invalid import Invalid
from shared.domain.letter import LetterKind, LetterStatus
from shared.domain.problem import Problem
from shared.domain.trouble import Transient
from tests.unit.messaging.broker import Sent
from tests.unit.messaging.system import DETAILS, System, application_of, code_in

MAY_FOLLOW = {
    "requested": "rejected abandoned expired awaiting-code",
    "awaiting-code": "verified expired locked abandoned rejected",
    "verified": "submitted expired abandoned",
    "submitted": "provisioned rejected",
    "provisioned": "completed",
}
"""As the description of the system draws it."""

FINAL = {"rejected", "abandoned", "expired", "locked", "completed"}
COUNTED = {Problem.CODE_WRONG, Problem.APPLICATION_LOCKED}
REQUESTERS = {LetterKind.IMPORTER_VIEW_CONFIRMED, LetterKind.ACCOUNT_READY}

IMPORTERS = {"123-45-6789": "Acme Inc", "12-3456789AB": "Blue Ltd", "250101-12345": "Cedar Co"}
EMAILS = ("jane@example.com", "joe@example.com")
GATEWAYS = ("gateway", "other-gateway")
WRONG = ("0000-0000", "ZZZZ-ZZZZ", "nonsense", "")

picks = st.integers(0, 10_000)
mishaps = st.tuples(
    st.sampled_from(["none"] * 6 + ["dies after storing", "dies while publishing", "database away"]), st.integers(0, 3)
)
"""What goes wrong while a message is taken, after how often it went well."""


@dataclass(frozen=True)
class Guess:
    """A code that somebody entered."""

    application: UUID
    code: str
    taken_at: datetime
    user: str


def symbols(code: str) -> str | None:
    """The code's symbols, if it can be one."""
    try:
        return verification_code.parse(code)
    except Invalid:
        return None


class Histories(RuleBasedStateMachine):
    """Everything that can happen to a handful of applications."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.system = System()
        self.guesses: dict[UUID, Guess] = {}
        self.submits: dict[UUID, tuple[UUID, str, str]] = {}
        self.started: dict[UUID, str] = {}
        """Who sent the start of each application."""
        self.seen: dict[UUID, Application] = {}
        self.replied: dict[str, Message] = {}
        self.codes: dict[UUID, str] = {}
        self.unrecorded = 0
        """Letters that were handed over when something went wrong before that was written down."""
        self.checked = 0
        """Replies that were compared with earlier ones."""

    def run(self, coroutine: Any) -> Any:
        return self.runner.run(coroutine)

    @initialize(
        begun=st.lists(
            st.tuples(
                st.sampled_from(sorted(IMPORTERS)),
                st.sampled_from(EMAILS),
                st.sampled_from(["started", "its letter on its way", "awaiting its code", "verified", "submitted"]),
            ),
            max_size=3,
        )
    )
    def some_are_on_their_way(self, begun: list[tuple[str, str, str]]) -> None:
        for number, company in IMPORTERS.items():
            self.system.import_record(number, company)
        for number, email, reached in begun:
            id = self._starts(number, email, "gateway")
            if reached != "started":
                self._all_is_delivered(rounds=2 if reached == "its letter on its way" else 3)
            if reached in ("verified", "submitted") and id in self.system.issued:
                self._enters(id, code_in(self.system.issued[id]), self.system.clock(), "gateway")
                self._all_is_delivered()
            if reached == "submitted" and id in self.system.grants:
                self._submits(id, self.system.grants[id], DETAILS, self.system.clock())

    def _all_is_delivered(self, rounds: int = 3) -> None:
        for _ in range(rounds):
            for sent in list(self.system.pending):
                self.run(self.system.deliver(sent))

    @property
    def ids(self) -> list[UUID]:
        return list(self.started)

    @precondition(lambda self: len(self.started) < 5)
    @rule(number=st.sampled_from(sorted(IMPORTERS)), email=st.sampled_from(EMAILS), user=st.sampled_from(GATEWAYS))
    def somebody_starts(self, number: str, email: str, user: str) -> None:
        self._starts(number, email, user)

    def _starts(self, number: str, email: str, user: str) -> UUID:
        sent = self.system.start(number, IMPORTERS[number], email, user)
        id = application_of(sent)
        self.started[id] = user
        return id

    @precondition(lambda self: self.ids)
    @rule(
        pick=picks,
        which=st.sampled_from(["right", "right", "right", "wrong", "wrong", "another's"]),
        minutes=st.sampled_from([0, 0, 0, -5, -9.99, -10, -30, -600, 30]),
        own=st.sampled_from([True] * 5 + [False]),
    )
    def somebody_enters_a_code(self, pick: int, which: str, minutes: float, own: bool) -> None:
        id = self.ids[pick % len(self.ids)]
        issued = {application: code_in(event) for application, event in self.system.issued.items()}
        others = [code for application, code in issued.items() if application != id]
        code = WRONG[pick % len(WRONG)]
        if which == "right":
            code = issued.get(id, code)
        elif which == "another's" and others:
            code = others[pick % len(others)]
        taken_at = self.system.clock() + timedelta(minutes=minutes)
        user = self.started[id] if own else next(user for user in GATEWAYS if user != self.started[id])
        self._enters(id, code, taken_at, user)

    def _enters(self, id: UUID, code: str, taken_at: datetime, user: str) -> None:
        sent = self.system.guess(id, code, taken_at, user)
        self.guesses[UUID(sent.message_id)] = Guess(id, code, taken_at, user)

    @precondition(lambda self: self.system.issued)
    @rule(pick=picks, minutes=st.sampled_from([1, 9, 10, 30]), right=st.booleans())
    def the_verifier_is_down_when_somebody_enters_a_code(self, pick: int, minutes: int, right: bool) -> None:
        id = list(self.system.issued)[pick % len(self.system.issued)]
        code = code_in(self.system.issued[id]) if right else WRONG[0]
        self._enters(id, code, self.system.clock(), self.started[id])
        entered = self.system.pending[-1]
        self.system.clock.passes(minutes=minutes)
        self._deliver(entered, ("none", 0))

    @precondition(lambda self: self.system.issued)
    @rule(pick=picks, times=st.integers(2, 6))
    def somebody_guesses_many_times(self, pick: int, times: int) -> None:
        id = list(self.system.issued)[pick % len(self.system.issued)]
        for number in range(times):
            self._enters(id, f"0000-000{number}", self.system.clock(), self.started[id])

    @precondition(lambda self: self.system.grants)
    @rule(
        pick=picks,
        whose=st.sampled_from(["own", "own", "another's", "none"]),
        valid=st.sampled_from([True, True, True, False]),
        hours=st.sampled_from([0, 0, -7, 7]),
    )
    def somebody_submits_details(self, pick: int, whose: str, valid: bool, hours: float) -> None:
        ids = list(self.system.grants)
        id = ids[pick % len(ids)]
        tokens = {"own": self.system.grants[id], "another's": self.system.grants[ids[0]], "none": "guess"}
        details = DETAILS if valid else DETAILS.model_copy(update={"authorized": pick % 2 == 0, "city": ""})
        taken_at = self.system.clock() + timedelta(hours=hours)
        self._submits(id, tokens[whose], details, taken_at)

    def _submits(self, id: UUID, token: str, details: TypedDetails, taken_at: datetime) -> None:
        sent = self.system.submit(id, token, details, taken_at, self.started[id])
        self.submits[UUID(sent.message_id)] = (id, token, self.started[id])

    @precondition(lambda self: self.ids)
    @rule(pick=picks)
    def somebody_goes_back(self, pick: int) -> None:
        id = self.ids[pick % len(self.ids)]
        self.system.abandon(id, self.started[id])

    @precondition(lambda self: self.system.pending)
    @rule(pick=picks, mishap=mishaps)
    def a_message_is_delivered(self, pick: int, mishap: tuple[str, int]) -> None:
        self._deliver(self.system.pending[pick % len(self.system.pending)], mishap)

    @precondition(lambda self: self.system.pending)
    @rule(mishap=mishaps)
    def messages_are_delivered_in_order(self, mishap: tuple[str, int]) -> None:
        for sent in list(self.system.pending):
            self._deliver(sent, mishap)

    @precondition(lambda self: self.system.pending)
    @rule()
    def all_is_delivered(self) -> None:
        self._all_is_delivered()

    @precondition(lambda self: self.system.pending)
    @rule(times=st.integers(1, 2))
    def messages_are_delivered_at_the_same_moment(self, times: int) -> None:
        async def together() -> None:
            await asyncio.gather(*(self.system.deliver(sent) for sent in list(self.system.pending) * times))

        self.run(together())

    @precondition(lambda self: self.system.taken)
    @rule(pick=picks, twice=st.booleans())
    def a_message_is_delivered_again(self, pick: int, twice: bool) -> None:
        sent = self.system.taken[pick % len(self.system.taken)]

        async def again() -> None:
            await asyncio.gather(*(self.system.deliver(sent) for _ in range(1 + twice)))

        self.run(again())

    @precondition(lambda self: self.system.dead)
    @rule(pick=picks)
    def an_operator_replays_a_dead_letter(self, pick: int) -> None:
        self.system.replay(self.system.dead[pick % len(self.system.dead)])

    @rule(seconds=st.sampled_from([1, 1, 30, 30, 95, 95, 300, 600, 3600, 25 * 3600]))
    def time_passes(self, seconds: int) -> None:
        self.system.clock.passes(seconds=seconds)

    @rule()
    def the_sweep_runs(self) -> None:
        self.run(self.system.sweep())

    @rule(says=st.sampled_from([LetterStatus.SENT, LetterStatus.SENT, LetterStatus.DEFERRED, LetterStatus.REFUSED]))
    def the_mail_server_changes_its_mind(self, says: LetterStatus) -> None:
        self.system.post.says = says

    @rule()
    def the_next_notifier_dies_after_its_hand_over(self) -> None:
        self.system.post.crashes_after = True

    def _deliver(self, sent: Sent, mishap: tuple[str, int]) -> None:
        kind, well = mishap
        times = iter(range(100))
        happened: list[BaseException] = []

        def at_last(trouble: BaseException) -> BaseException | None:
            if next(times) != well:
                return None
            happened.append(trouble)
            return trouble

        store, broker, letters = self.system.store, self.system.broker, len(self.system.post.accepted)
        if kind == "dies after storing":
            store.trouble = lambda what: at_last(asyncio.CancelledError()) if what == "saved" else None
        elif kind == "dies while publishing":
            broker.refuses = lambda sent: at_last(asyncio.CancelledError())
        elif kind == "database away":
            store.trouble = lambda what: at_last(Transient("the database is away"))
        self.run(self.system.deliver(sent))
        store.trouble, broker.refuses = (lambda what: None), (lambda sent: None)
        self.unrecorded += bool(happened and len(self.system.post.accepted) > letters)

    @invariant()
    def the_invariants_hold(self) -> None:
        store = self.system.store
        for id in store.ids():
            before = self.seen.get(id)
            if before and before.version == store.version(id):
                continue
            application = store.get(id)
            self._moves_only_as_described(application, before)
            self._guesses_are_counted_and_judged(application)
            self._a_grant_works_once(application)
            self._letters_are_kept(application, before)
            self.seen[application.id] = application
        self._nothing_belongs_to_two()
        self._letters_go_out_once()
        self._answers_stay_the_same()

    def _moves_only_as_described(self, application: Application, before: Application | None) -> None:
        path = [entry.state.value for entry in application.history]
        assert path[0] == "requested"
        assert path[-1] == application.state
        for state, following in pairwise(path):
            assert following in MAY_FOLLOW[state].split()
        if before:
            assert application.history[: len(before.history)] == before.history
            assert before.handled.keys() <= application.handled.keys()
            assert application.gateway == before.gateway

    def _guesses_are_counted_and_judged(self, application: Application) -> None:
        wrong = right = 0
        code = self._issued(application)
        for id, outcome in application.handled.items():
            if (guess := self.guesses.get(id)) is None:
                continue
            assert application.code is not None
            assert guess.application == application.id
            assert guess.user == application.gateway
            entered = max(application.code.issued_at, min(guess.taken_at, outcome.at))
            in_time = entered < application.code.expires_at
            is_right = code is not None and symbols(guess.code) == symbols(code)
            problem = outcome.reply.problem if isinstance(outcome.reply, Refused) else None
            if isinstance(outcome.reply, CodeAccepted):
                right += 1
                assert is_right
                assert in_time
                assert outcome.reply.details_until == entered + timedelta(hours=6)
            elif problem in COUNTED:
                wrong += 1
                assert not is_right
                assert in_time
            else:
                assert problem is Problem.CODE_EXPIRED
                assert not in_time
        states = {entry.state.value for entry in application.history}
        assert wrong + right <= 5
        assert right == ("verified" in states)
        assert (wrong == 5) == ("locked" in states)
        assert (application.code.tries if application.code else 0) == wrong + right

    def _issued(self, application: Application) -> str | None:
        """The code, from the message that takes it to the notifier: published, or still kept to be published."""
        kept = [event for outcome in application.handled.values() for event in outcome.follow_ups]
        for event in (self.system.issued.get(application.id), *kept):
            if isinstance(event, CodeIssued):
                self.codes[application.id] = code_in(event)
        if application.code:
            assert application.code.expires_at == application.code.issued_at + timedelta(minutes=10)
        return self.codes.get(application.id)

    def _a_grant_works_once(self, application: Application) -> None:
        taken = [id for id, outcome in application.handled.items() if isinstance(outcome.reply, DetailsTaken)]
        states = {entry.state.value for entry in application.history}
        assert len(taken) == ("submitted" in states)
        for id in taken:
            about, token, user = self.submits[id]
            assert about == application.id
            assert token == self.system.grants[application.id]
            assert user == application.gateway
            assert application.grant is None
        assert (application.details is not None) == ("submitted" in states)

    def _letters_are_kept(self, application: Application, before: Application | None) -> None:
        status = {kind: letter.status for kind, letter in application.letters.items()}
        for kind in before.letters if before else {}:
            if before and before.letters[kind].status is LetterStatus.SENT:
                assert status[kind] is LetterStatus.SENT
        sent = {kind for kind in status if status[kind] is LetterStatus.SENT}
        assert (application.state == "completed") == (application.account is not None and sent >= REQUESTERS)
        keeps_code = any(
            isinstance(event, CodeIssued) for outcome in application.handled.values() for event in outcome.follow_ups
        )
        if application.state != "awaiting-code" or LetterKind.VERIFICATION_CODE in sent:
            assert not keeps_code

    def _nothing_belongs_to_two(self) -> None:
        store = self.system.store
        accounts = list(store.accounts.values())
        assert len({account.importer for account in accounts}) == len(accounts)
        assert len({account.owner for account in accounts}) == len(accounts)
        links = {record.top_account for record in store.importers.values() if record.top_account}
        assert links == {account.number for account in accounts}
        with_account = {application.id for application in self.seen.values() if application.account}
        assert with_account == store.accounts.keys()

    def _letters_go_out_once(self) -> None:
        again = sum(count - 1 for count in Counter(self.system.post.accepted).values())
        assert again <= self.system.post.crashes + self.unrecorded
        assert self.system.post.wrongly == []

    def _answers_stay_the_same(self) -> None:
        """Who asks again gets the same answer, once a command changed something."""
        sent = self.system.broker.sent[self.checked :]
        self.checked += len(sent)
        for reply in (reply for reply in sent if reply.exchange == ""):
            application = self.system.store.find(application_of(reply))
            remembered = [outcome.reply for outcome in application.handled.values()] if application else []
            if reply.message in remembered:
                assert self.replied.setdefault(reply.message_id or "", reply.message) == reply.message
            elif reply.message_id in self.replied:
                assert isinstance(reply.message, Refused)  # another gateway's user, or parked at last
                assert reply.message.problem in {Problem.SESSION_OVER, Problem.UNAVAILABLE}

    def teardown(self) -> None:
        try:
            self.system.post.says = LetterStatus.SENT
            self.system.post.crashes_after = False
            self.run(self.system.settle())
            self.the_invariants_hold()
            self.system.clock.passes(hours=8 + 24)
            self.run(self.system.sweep())
            self.the_invariants_hold()
            self._everything_ended()
        finally:
            self.runner.close()

    def _everything_ended(self) -> None:
        assert self.system.pending == []
        buried = {application_of(dead) for dead in self.system.dead}
        for application in self.system.store.all():
            assert application.state in FINAL or application.id in buried
        known = {application.id for application in self.system.store.all()}
        for id in self.started:
            assert id in known


@pytest.fixture(autouse=True)
def quiet() -> Any:
    """Thousands of histories would log a great deal."""
    structlog.configure(processors=[_dropped])
    yield
    structlog.reset_defaults()


def _dropped(*_: Any) -> Any:
    raise structlog.DropEvent


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=40, stateful_step_count=25)
