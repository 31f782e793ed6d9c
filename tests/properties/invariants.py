"""The first five invariants and the eighth in docs/architecture.md, checked from outside: replies, emails, importer
records, and what anybody can ask about an application.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from shared.contracts import catalogue
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import (
    ApplicationAccepted,
    ApplicationSubmitted,
    CodeIssued,
    CodeWithdrawn,
    EmailDue,
    EmailRefused,
)
from shared.contracts.message import Reply
from shared.contracts.replies import (
    ApplicationAbandoned,
    ApplicationStatus,
    CodeAccepted,
    DetailsTaken,
    NotYet,
    Refused,
    StartAccepted,
)
from shared.contracts.sealed import Grant, TypedCode
from shared.domain.email import LEASE
from shared.domain.errors import Invalid
from shared.domain.form import verification_code
from shared.messaging import topology
from tests.properties.mail import Accepted
from tests.properties.model import FINAL, MAY_FOLLOW, TRIES, At, Said, is_explained
from tests.properties.people import Applicant, Asked, People
from tests.properties.simulation import Simulation
from tests.support.gateway import DETAILS
from tests.unit.messaging.broker import Sent

CODE = "verification-code"
WELCOME = ("importer-view-confirmed", "account-ready", "account-created-notice")
UNAVAILABLE = "unavailable"
ON_ITS_WAY = timedelta(minutes=2)
"""How long after its claim an email may be on its way: three calls that each take as long as they can."""
WORDS: dict[type[Reply], str] = {
    StartAccepted: "accepted",
    CodeAccepted: "accepted",
    DetailsTaken: "taken",
    ApplicationAbandoned: "abandoned",
    NotYet: "not-yet",
}
"""The model's names for replies."""


class Broken(AssertionError):
    """An invariant does not hold."""

    def __init__(self, invariant: int, what: str) -> None:
        super().__init__(f"invariant {invariant}: {what}")
        self.invariant = invariant


def must(holds: bool, invariant: int, what: str) -> None:
    """Raises `Broken` unless the invariant holds."""
    if not holds:
        raise Broken(invariant, what)


class Invariants:
    """Checks everything after each step, and thoroughly once everything is at rest."""

    def __init__(self, simulation: Simulation, people: People) -> None:
        self._simulation, self._people = simulation, people
        self._emails: dict[tuple[UUID, str], list[Accepted]] = defaultdict(list)
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
        if sent.exchange == topology.DEAD:
            self._buried.add(sent.message_id)
            must(bool(sent.headers.get("ace-reason")), 1, "a dead letter says no reason")
        elif sent.type == CodeIssued.TYPE and isinstance(issued := sent.message, CodeIssued):
            known = self._expires_at.setdefault(issued.application_id, issued.expires_at)
            must(known == issued.expires_at, 5, "an application has two codes")

    def _goes_out_again_for_a_reason(self, email: Accepted) -> None:
        earlier = self._emails[email.application, email.kind]
        for before in earlier[-1:]:
            must(before.message_id == email.message_id, 3, f"{email.kind} goes out under another Message-ID")
            lapsed = email.at - before.by.began >= LEASE
            must(before.by.was_harmed or lapsed, 3, f"{email.kind} goes out twice though nothing had happened")
        earlier.append(email)
        ids = {each.message_id for emails in self._emails.values() for each in emails}
        must(len(ids) == len(self._emails), 3, "two emails have one Message-ID")
        if email.code:
            must(email.application not in email.by.withdrawn, 3, "a withdrawn code goes out")
            must(email.at < self._expires_at[email.application] + ON_ITS_WAY, 3, "a code goes out that has expired")

    def _is_answered_one_thing(self, asked: Asked, reply: Reply) -> None:
        changing = [reply for _, reply in asked.told if _changes(reply)]
        must(all(each == changing[0] for each in changing), 5, f"a {asked.kind} is answered one thing, then another")
        if asked.user != self._people.applicants[asked.application].user:
            must(not changing, 4, "another gateway's user is answered")
        if said(reply) == UNAVAILABLE:
            must(str(asked.id) in self._buried, 1, "a command is given up and is not among the dead letters")

    def _no_code_is_taken_wrongly(self, application: UUID) -> None:
        accepted, wrong = set(), {}
        for guess in self._people.of(application, "guess"):
            for _, reply in guess.told:
                if isinstance(reply, CodeAccepted):
                    accepted.add(guess.id)
                    must(self._is_right(guess), 4, "another code than the email's is accepted")
                    must(min(guess.entered_at) < self._expires_at[application], 4, "a code is accepted late")
                elif isinstance(reply, Refused) and said(reply) == "code-wrong":
                    wrong[guess.id] = reply.tries_left
        must(len(accepted) <= 1, 4, "a code is accepted twice")
        must(len(wrong) + len(accepted) <= TRIES, 4, "more than five codes are tried")
        must(len(set(wrong.values())) == len(wrong), 4, "a wrong code is not counted")

    def _is_right(self, asked: Asked) -> bool:
        """Whether a guess is the right code, or a submission is complete and has the right grant."""
        match asked.content:
            case {"code": TypedCode(code=typed)}:
                code = self._people.code_of(asked.application)
                return code is not None and _symbols(typed) == _symbols(code)
            case {"grant": Grant(token=token), "details": details}:
                return token == self._people.grant_of(asked.application) and details == DETAILS
        return False

    def hold_at_rest(self) -> None:
        """Raises `Broken` for what must hold when no worker has anything left to do."""
        self.hold()
        must(not self._simulation.undone, 1, "a message is still on its way")
        for asked in list(self._people.commands.values()):
            if asked.user == self._people.applicants[asked.application].user:
                self._people.asks(asked)
        self.hold()
        for applicant in self._people.applicants.values():
            self._no_trouble_of_ours_is_told_as_theirs(applicant)
            self._emails_went_out(applicant)
            self._emails_are_followed_up(applicant)
            self._nothing_was_lost(applicant)
            self._every_wrong_code_was_counted(applicant)
            self._belongs_to_whom_it_was_told(applicant)
            self._some_order_leads_there(applicant)

    def ended(self) -> None:
        """Raises `Broken` for an application that is still open after all its time."""
        for applicant in self._people.applicants.values():
            must(self._outcome(applicant).state in FINAL or bool(self._dead(applicant)), 1, "an application never ends")

    def _outcome(self, applicant: Applicant) -> ApplicationStatus:
        [start] = self._people.of(applicant.id, "start")
        assert start.outcome is not None
        return start.outcome

    def _dead(self, applicant: Applicant) -> list[Sent]:
        return [dead for dead in self._simulation.dead if dead.headers.get("ace-application") == str(applicant.id)]

    def _nothing_was_lost(self, applicant: Applicant) -> None:
        outcome, dead = self._outcome(applicant), self._dead(applicant)
        must(outcome.state is not None or bool(dead), 1, "a start is gone without a trace")
        must(outcome.state not in ("requested", "submitted", "provisioned") or bool(dead), 1, "nothing goes on")

    def _no_trouble_of_ours_is_told_as_theirs(self, applicant: Applicant) -> None:
        is_refused = self._outcome(applicant).problem == "poc-email-refused"
        known = applicant.id in self._simulation.mail.unknown
        must(known or not is_refused, 8, "an application is ended though nobody refused its address")

    def _emails_went_out(self, applicant: Applicant) -> None:
        outcome, now = self._outcome(applicant), self._simulation.clock()
        due: list[str] = []
        if outcome.state == "awaiting-code" and outcome.expires_at and now < outcome.expires_at:
            due = [CODE]
        elif outcome.state in ("provisioned", "completed"):
            due = [CODE, *WELCOME]
        elif outcome.state == "rejected" and any(said(reply) == "taken" for reply in self._remembered(applicant)):
            due = [CODE, "application-refused"]
        for kind in due:
            parked = any(_is_email(dead, kind) for dead in self._dead(applicant))
            status = {str(kind): status for kind, status in outcome.emails.items()}.get(kind)
            went = (applicant.id, kind) in self._emails
            must(went or status != "sent", 3, f"{kind} is recorded as sent and never was")
            must(parked or status != "parked" or kind != CODE, 1, "a code is parked, and is not among the dead letters")
            must(went or parked, 1, f"{kind} is lost")

    def _emails_are_followed_up(self, applicant: Applicant) -> None:
        """What the mailers found out has reached the application, and what it decided has reached the mailers."""
        application = self._simulation.store.find(applicant.id)
        if application is None:
            return
        recorded, buried = self._simulation.emails.get(applicant.id), self._dead(applicant)
        dead = {letter.type for letter in buried}
        gave_up = any(str(letter.headers.get("ace-reason", "")).startswith("too old") for letter in buried)
        refused = {kind for kind, email in recorded.items() if email.status == "refused"}
        states = {entry.state.value for entry in application.history}
        if application.state == "completed":
            went = {kind for kind in WELCOME[:2] if (applicant.id, kind) in self._emails}
            must(len(went) == 2, 3, "an application is completed without its emails")
        if (
            "awaiting-code" in states
            and application.state != "awaiting-code"
            and not gave_up | (CodeWithdrawn.TYPE in dead)
        ):
            code = recorded.get(EmailKind.VERIFICATION_CODE)
            over = code is not None and code.status in ("sent", "refused", "withdrawn")
            must(over, 3, "a withdrawal is lost")
        if EmailRefused.TYPE not in dead and not gave_up:  # what gave up may have had something left to publish
            noted = {entry.cause for entry in application.history}
            for kind in refused - {EmailKind.VERIFICATION_CODE}:
                must(f"email-refused ({kind})" in noted, 1, "a refusal is lost")
            is_open = application.state == "awaiting-code" and EmailKind.VERIFICATION_CODE in refused
            must(not is_open, 1, "the refusal of a code email is lost")
        kept = [event for result in application.handled.values() for event in result.follow_ups]
        must(gave_up or not any(isinstance(event, CodeIssued) for event in kept), 4, "a sealed code is kept")

    def _every_wrong_code_was_counted(self, applicant: Applicant) -> None:
        tries_left = self._outcome(applicant).tries_left
        told = [{said(reply) for _, reply in guess.told} for guess in self._people.of(applicant.id, "guess")]
        wrong = sum("code-wrong" in words for words in told)
        must(tries_left is None or wrong <= TRIES - tries_left, 4, "a wrong code is not counted")

    def _remembered(self, applicant: Applicant) -> list[Reply]:
        outcomes = [asked.outcome for asked in self._people.of(applicant.id)]
        return [_recorded(outcome) for outcome in outcomes if outcome and outcome.reply]

    def _belongs_to_whom_it_was_told(self, applicant: Applicant) -> None:
        outcome, accounts = self._outcome(applicant), self._simulation.store.accounts
        mine = accounts.get(applicant.id)
        must((mine is not None) == (outcome.state in ("provisioned", "completed")), 5, "an account is not as was told")
        must(outcome.account == (mine.number if mine else None), 5, "an account has another number than was told")
        if outcome.problem == "importer-already-linked":
            must(any(account.importer == applicant.importer for account in accounts.values()), 5, "no other was first")
        if outcome.problem == "email-in-use":
            others = [self._people.applicants[id].email for id in accounts]
            must(applicant.email in others, 5, "nobody has the address")

    def _some_order_leads_there(self, applicant: Applicant) -> None:
        outcome = self._outcome(applicant)
        changed, unchanged = [], []
        for asked in self._people.of(applicant.id):
            if asked.user != applicant.user or asked.outcome is None:
                continue
            answers = {said(reply): reply for _, reply in asked.told}
            if asked.outcome.reply:
                remembered = _recorded(asked.outcome)
                answers.pop(said(remembered), None)
                changed.append(self._said(asked, remembered))
            must(not any(_changes(reply) for reply in answers.values()), 5, f"a {asked.kind} did not do what was told")
            unchanged += [self._said(asked, reply) for word, reply in answers.items() if word != UNAVAILABLE]
        tries = TRIES - outcome.tries_left if outcome.tries_left is not None else 0
        end = At(outcome.state or "nothing", tries, outcome.problem)
        must(is_explained(changed, unchanged, end), 5, f"no order explains {changed}, {unchanged}, {end}")

    def _said(self, asked: Asked, reply: Reply) -> Said:
        tries_left = reply.tries_left if isinstance(reply, Refused) else None
        return Said(asked.kind, said(reply), self._is_right(asked), tries_left)

    def histories_are_as_drawn(self) -> None:
        """Raises `Broken` for an application with an impossible history."""
        for application in self._simulation.store.all():
            noted = EmailRefused.name()
            path = [entry.state.value for entry in application.history if not entry.cause.startswith(f"{noted} (")]
            must(path[0] == "requested" and path[-1] == application.state, 5, "a history does not tell how it ended")
            must(all(to in MAY_FOLLOW[state].split() for state, to in pairwise(path)), 5, f"{path} is no way to go")


def said(reply: Reply) -> str:
    """A reply in the model's words."""
    return reply.problem.value if isinstance(reply, Refused) else WORDS[type(reply)]


def _changes(reply: Reply) -> bool:
    """Whether only a command that changed something gets this reply."""
    return isinstance(reply, CodeAccepted | DetailsTaken) or (
        isinstance(reply, Refused) and said(reply) == "code-wrong"
    )


def _recorded(outcome: ApplicationStatus) -> Reply:
    assert outcome.reply
    reply = catalogue.decode(outcome.reply.type, outcome.reply.body)
    assert isinstance(reply, Reply)
    return reply


def _is_email(dead: Sent, kind: str) -> bool:
    """Whether a dead letter is this email, or the event that would have led to it."""
    if dead.type == EmailDue.TYPE and isinstance(due := dead.message, EmailDue):
        return due.email == kind
    return dead.type in ((CodeIssued.TYPE, ApplicationAccepted.TYPE) if kind == CODE else (ApplicationSubmitted.TYPE,))


def _symbols(code: str) -> str | None:
    try:
        return verification_code.parse(code)
    except Invalid:
        return None
