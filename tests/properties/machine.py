"""Anything that can happen to a few applications, in any order, one call of one process at a time."""

from datetime import timedelta
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from services.verifier.sweep import Sweep
from tests.properties.mail import ACCEPTS, GONE, MOODS, Mood
from tests.properties.people import garbage
from tests.properties.queues import QUEUES
from tests.properties.workings import IMPORTERS, MANY, MISHAPS, Workings
from tests.support.gateway import DETAILS

EMAILS = ("jane@a.example", "joe@b.example")
GATEWAY, STRANGER = "gateway", "other-gateway"
MAILED = ("notifier.send-code", "notifier.send-email")

picks = st.integers(0, 1_000)
programs = st.sampled_from(["verifier", "provisioner", "code-mailer", "general-mailer", "none"])
"""Which program is down."""
mishaps = st.sampled_from(MISHAPS)
calls = st.integers(0, 6)


class Machine(Workings):
    """Everything that can happen."""

    @initialize(
        rivals=st.sampled_from(["importer", "address", "both", "nothing"]),
        due=st.sampled_from(["accounts", "accounts", "emails", "codes", "code emails", "withdrawals"]),
        chance=st.randoms(use_true_random=True),
        pace=st.sampled_from([40, 20, 5, 0]),
        bad_luck=st.sampled_from([0.1, 0.2, 0.4]),
    )
    def two_are_on_their_way(self, *, rivals: str, due: str, chance: Random, pace: int, bad_luck: float) -> None:
        self._chance, self._pace, self._bad_luck = chance, pace, bad_luck
        numbers, (jane, joe) = sorted(IMPORTERS), EMAILS
        self._applies(numbers[0], jane)
        self._applies(numbers[rivals in ("address", "nothing")], jane if rivals in ("address", "both") else joe)
        self.simulation.works_off("code-mailer" if due in ("code emails", "withdrawals") else "")
        if due == "withdrawals":
            for id in self.people.applicants:
                self.people.goes_back(id, GATEWAY)
            self.simulation.works_off("code-mailer")
        if due in ("accounts", "emails"):
            for id in self.people.applicants:
                self.people.enters(id, self.people.code_of(id) or "", GATEWAY)
            self.simulation.works_off()
            self.people.reads()
            for id in self.people.applicants:
                self.people.submits(id, self.people.grant_of(id) or "", DETAILS, GATEWAY)
            self.simulation.works_off("provisioner" if due == "accounts" else "general-mailer")

    def _applies(self, number: str, email: str) -> None:
        self.people.applies(number, self.records[number], IMPORTERS[number], email, GATEWAY)

    @precondition(lambda self: len(self.people.applicants) < 5)
    @rule(number=st.sampled_from(sorted(IMPORTERS)), email=st.sampled_from(EMAILS))
    def somebody_applies(self, number: str, email: str) -> None:
        self._applies(number, email)

    @rule(
        pick=picks,
        which=st.sampled_from(["right", "right", "right", "wrong", "wrong", "another's", "malformed"]),
        user=st.sampled_from([GATEWAY] * 5 + [STRANGER]),
        slow=st.sampled_from([0, 0, 0, 0, 11, -30]),
    )
    def somebody_enters_a_code(self, pick: int, which: str, user: str, slow: int) -> None:
        applicants = list(self.people.applicants)
        id = applicants[pick % len(applicants)]
        own = self.people.code_of(id)
        others = [code for other in applicants if other != id and (code := self.people.code_of(other))]
        if which == "wrong":
            for number in range(pick % 5):
                self.people.enters(id, f"ZZZZ-ZZZ{number}", user)
        typed = f"0000-000{pick % 10}"
        if which == "malformed":
            typed = ("", "nonsense", "7K2M", "U" * 8)[pick % 4]
        elif which == "right" and own:
            typed = own if pick % 2 else own.replace("-", " ").lower()
        elif which == "another's" and others:
            typed = others[pick % len(others)]
        self.people.enters(id, typed, user, timedelta(minutes=slow))

    @rule(pick=picks, minutes=st.sampled_from([9, 10, 30]), slow=st.sampled_from([0, 30]))
    def somebody_takes_long_to_enter_the_code(self, pick: int, minutes: int, slow: int) -> None:
        applicants = list(self.people.applicants)
        id = applicants[pick % len(applicants)]
        self.simulation.passes(timedelta(minutes=minutes))
        self.people.enters(id, self.people.code_of(id) or "", GATEWAY, timedelta(minutes=slow))

    @rule(
        pick=picks,
        whose=st.sampled_from(["own", "own", "own", "another's", "none"]),
        is_whole=st.sampled_from([True, True, True, False]),
    )
    def somebody_submits_details(self, pick: int, whose: str, is_whole: bool) -> None:
        granted = [id for id in self.people.applicants if self.people.grant_of(id)] or list(self.people.applicants)
        id = granted[pick % len(granted)]
        token = "guess" if whose == "none" else self.people.grant_of(id if whose == "own" else granted[0]) or "guess"
        details = DETAILS if is_whole else DETAILS.model_copy(update={"authorized": pick % 2 == 0, "city": ""})
        self.people.submits(id, token, details, GATEWAY)

    @rule(pick=picks)
    def somebody_goes_back(self, pick: int) -> None:
        applicants = list(self.people.applicants)
        if pick % 3:
            return  # otherwise few would ever end
        self.people.goes_back(applicants[pick % len(applicants)], GATEWAY)

    @rule(pick=picks)
    def somebody_clicks_again(self, pick: int) -> None:
        commands = list(self.people.commands.values())
        self.people.sends(commands[pick % len(commands)])

    @rule(pick=picks)
    def a_message_breaks_its_contract(self, pick: int) -> None:
        queue = list(QUEUES.values())[pick % len(QUEUES)]
        if queue.has_dead_letters:
            self._garbage += 1
            self.simulation.queues.route(
                garbage(queue.exchange, queue.message.name(), self._garbage, self.simulation.clock())
            )

    @precondition(lambda self: self.simulation.queues.ready)
    @rule(pick=picks, calls=calls)
    def a_worker_takes_a_message(self, pick: int, calls: int) -> None:
        self._goes_on(self._takes(pick), calls)

    @precondition(lambda self: self.simulation.queues.ready)
    @rule(pick=picks, calls=st.integers(1, 5))
    def two_workers_take_the_same_message(self, pick: int, calls: int) -> None:
        ready = self.simulation.queues.ready
        sent = ready[pick % len(ready)]
        self._doubled(sent)
        self._overtakes(self.simulation.takes(sent), sent, calls)

    @precondition(lambda self: len(self.simulation.queues.ready) > 1)
    @rule(pick=picks, other=picks, calls=st.integers(2, 4))
    def a_worker_is_overtaken_by_another(self, pick: int, other: int, calls: int) -> None:
        slow = self._takes(pick)
        ready = self.simulation.queues.ready
        ready = [sent for sent in ready if sent.routing_key == slow.queue] or ready
        self._overtakes(slow, ready[other % len(ready)], calls)

    @precondition(lambda self: self.simulation.works)
    @rule(pick=picks, calls=st.integers(1, 8))
    def a_worker_goes_on(self, pick: int, calls: int) -> None:
        self._goes_on(self.simulation.works[pick % len(self.simulation.works)], calls)

    @precondition(lambda self: self.simulation.works)
    @rule(pick=picks, mishap=mishaps)
    def a_worker_has_bad_luck(self, pick: int, mishap: str) -> None:
        self._has_bad_luck(self.simulation.works[pick % len(self.simulation.works)], mishap)

    @rule(down=programs, backwards=st.booleans())
    def workers_do_all_that_they_can(self, down: str, *, backwards: bool) -> None:
        self.simulation.works_off(down, backwards=backwards)

    @precondition(lambda self: self.simulation.queues.ready)
    @rule()
    def workers_work_side_by_side(self) -> None:
        works = [self.simulation.takes(sent) for sent in self.simulation.queues.ready[:6]]
        for _ in range(MANY):
            went_on = [self.simulation.goes_on(work) for work in works]
            if not any(went_on):
                return

    @rule(seconds=st.sampled_from([1, 16, 31, 46, 120, 600, 600, 3600]))
    def time_passes(self, seconds: int) -> None:
        self.simulation.passes(timedelta(seconds=seconds))

    @rule(pick=picks, minutes=st.sampled_from([13, 13, 375, 1440]), code_first=st.booleans())
    def time_passes_and_the_sweep_begins(self, pick: int, minutes: int, *, code_first: bool) -> None:
        applicants = list(self.people.applicants)
        id = applicants[pick % len(applicants)]
        if code_first:
            self.people.enters(id, self.people.code_of(id) or "", GATEWAY)
        self.simulation.passes(timedelta(minutes=minutes))
        self.simulation.does(Sweep)

    @rule(mood=st.sampled_from(MOODS), key_is_wrong=st.sampled_from([False, False, True]))
    def emails_have_good_or_bad_luck(self, mood: Mood, *, key_is_wrong: bool) -> None:
        self.simulation.mail.mood = mood
        self.simulation.key_is_wrong = key_is_wrong

    @precondition(lambda self: any(sent.routing_key in MAILED for sent in self.simulation.queues.ready))
    @rule(mood=st.sampled_from([GONE, GONE, *MOODS]), key_is_wrong=st.sampled_from([False, False, True]))
    def emails_go_out_at_a_bad_moment(self, mood: Mood, *, key_is_wrong: bool) -> None:
        self.simulation.mail.mood, self.simulation.key_is_wrong = mood, key_is_wrong
        self.simulation.works_off()
        self.simulation.mail.mood, self.simulation.key_is_wrong = ACCEPTS, False

    @precondition(lambda self: self.people.list_resendable())
    @rule(pick=picks, times=st.sampled_from([1, 1, 2]))
    def an_operator_resends_an_email(self, pick: int, times: int) -> None:
        requests = self.people.list_resendable()
        for _ in range(times):
            self.people.asks_for(requests[pick % len(requests)])
        self._counted("resent")

    @precondition(lambda self: self.simulation.queues.dead)
    @rule(pick=picks)
    def an_operator_replays_a_dead_letter(self, pick: int) -> None:
        dead = self.simulation.queues.dead
        self.simulation.queues.replay(dead[pick % len(dead)])
        self._counted("replayed")
