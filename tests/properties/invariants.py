"""The first five invariants, the seventh and the eighth in docs/architecture.md, checked from outside: replies,
emails, importer records, and what anybody can ask about an application.
"""

import re
from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from shared.contracts.events import (
    CodeIssued,
)
from shared.contracts.message import Reply
from shared.contracts.replies import (
    CodeAccepted,
    Refused,
)
from shared.domain.email import LEASE
from shared.messaging import topology
from shared.messaging.permissions import PERMISSIONS
from tests.properties.answers import UNAVAILABLE, changes, said
from tests.properties.broken import must
from tests.properties.mail import Accepted
from tests.properties.model import TRIES
from tests.properties.people import Asked, People
from tests.properties.simulation import Simulation
from tests.support.memory.broker import Sent

ON_ITS_WAY = timedelta(minutes=2)
"""How long after its claim an email may be on its way: three calls that each take as long as they can."""


A_DAY = timedelta(days=1)


class Invariants:
    """Checks everything after each step."""

    def __init__(self, simulation: Simulation, people: People) -> None:
        self._simulation, self._people = simulation, people
        self.emails: dict[tuple[UUID, str], list[Accepted]] = defaultdict(list)
        self._expires_at: dict[UUID, datetime] = {}
        self._buried: set[str | None] = set()
        self._read = 0
        self._opened = 0

    def hold(self) -> None:
        """Raises `Broken` for what must hold at any time."""
        self._nothing_belongs_to_two()
        published, self._read = self._simulation.broker.sent[self._read :], len(self._simulation.broker.sent)
        for sent in published:
            self._is_sent_for_a_reason(sent)
        opened, self._opened = self._simulation.mail.accepted[self._opened :], len(self._simulation.mail.accepted)
        for email in opened:
            self._goes_out_again_for_a_reason(email)
        for asked, reply in self._people.reads():
            self._is_answered_one_thing(asked, reply)
            if asked.kind == "guess":
                self._no_code_is_taken_wrongly(asked.application)

    def _nothing_belongs_to_two(self) -> None:
        accounts = list(self._simulation.store.accounts.values())
        must(len({account.importer for account in accounts}) == len(accounts), 2, "an importer has two accounts")
        must(len({account.owner for account in accounts}) == len(accounts), 2, "an address has two users")

    def _is_sent_for_a_reason(self, sent: Sent) -> None:
        must(_is_permitted(sent), 7, f"{sent.user_id} publishes {sent.what} to {sent.exchange or 'a queue'}")
        if sent.exchange == topology.DEAD:
            self._buried.add(sent.message_id)
            must(bool(sent.headers.get("ace-reason")), 1, "a dead letter says no reason")
        elif sent.type == CodeIssued.TYPE and isinstance(issued := sent.message, CodeIssued):
            known = self._expires_at.setdefault(issued.application_id, issued.expires_at)
            must(known == issued.expires_at, 5, "an application has two codes")

    def _goes_out_again_for_a_reason(self, email: Accepted) -> None:
        earlier = self.emails[email.application, email.kind]
        for before in earlier[-1:]:
            must(before.message_id == email.message_id, 3, f"{email.kind} goes out under another Message-ID")
            lapsed = email.at - before.by.began >= LEASE
            must(before.by.was_harmed or lapsed, 3, f"{email.kind} goes out twice though nothing had happened")
        earlier.append(email)
        ids = {each.message_id for emails in self.emails.values() for each in emails}
        must(len(ids) == len(self.emails), 3, "two emails have one Message-ID")
        if email.code:
            must(email.application not in email.by.withdrawn, 3, "a withdrawn code goes out")
            must(email.at < self._expires_at[email.application] + ON_ITS_WAY, 3, "a code goes out that has expired")

    def _is_answered_one_thing(self, asked: Asked, reply: Reply) -> None:
        changing = [reply for _, reply in asked.told if changes(reply)]
        must(all(each == changing[0] for each in changing), 5, f"a {asked.kind} is answered one thing, then another")
        if asked.user != self._people.applicants[asked.application].user:
            must(not changing, 4, "another gateway's user is answered")
        if said(reply) == UNAVAILABLE:
            must(str(asked.id) in self._buried, 1, "a command is given up and is not among the dead letters")

    def _no_code_is_taken_wrongly(self, application: UUID) -> None:
        accepted, wrong = set(), {}
        self._nothing_in_time_is_late(application)
        for guess in self._people.of(application, "guess"):
            for _, reply in guess.told:
                if isinstance(reply, CodeAccepted):
                    accepted.add(guess.id)
                    must(self._people.is_right(guess), 4, "another code than the email's is accepted")
                    must(min(guess.entered_at) < self._expires_at[application], 4, "a code is accepted late")
                elif isinstance(reply, Refused) and said(reply) == "code-wrong":
                    wrong[guess.id] = reply.tries_left
        must(len(accepted) <= 1, 4, "a code is accepted twice")
        must(len(wrong) + len(accepted) <= TRIES, 4, "more than five codes are tried")
        must(len(set(wrong.values())) == len(wrong), 4, "a wrong code is not counted")

    def _nothing_in_time_is_late(self, application: UUID) -> None:
        """For a day after a code's end, unless something that was late closed the application."""
        expires_at, guesses = self._expires_at.get(application), self._people.of(application, "guess")
        if expires_at is None or any(max(guess.entered_at) >= expires_at for guess in guesses):
            return
        late = [at for guess in guesses for at, reply in guess.told if said(reply) in ("code-expired", "delayed")]
        must(all(at >= expires_at + A_DAY for at in late), 4, "a code that arrived in time is refused as late")


def _is_permitted(sent: Sent) -> bool:
    """Whether the broker would take it from its user, as its permissions are."""
    permission, exchange = PERMISSIONS[sent.user_id or ""], sent.exchange or "amq.default"
    keys = permission.keys.get(exchange, "")
    return bool(re.search(permission.write, exchange) and re.search(keys, sent.routing_key))
