"""The same invariants once everything is at rest: nothing may be missing."""

from datetime import timedelta
from itertools import pairwise

from shared.contracts.commands import AbandonApplication
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import (
    ApplicationAccepted,
    ApplicationSubmitted,
    CodeEmailRefused,
    CodeIssued,
    CodeWithdrawn,
    EmailDue,
    EmailRefused,
    ResendRequested,
)
from shared.contracts.message import Reply
from shared.contracts.replies import (
    ApplicationStatus,
    Refused,
)
from tests.properties.answers import UNAVAILABLE, changes, recorded, said
from tests.properties.broken import must
from tests.properties.invariants import Invariants
from tests.properties.mail import name_email
from tests.properties.model import FINAL, MAY_FOLLOW, TRIES, At, Said, is_explained
from tests.properties.people import Applicant, Asked, People
from tests.properties.simulation import Simulation
from tests.support.memory.broker import Sent

CODE = "verification-code"
RESEND = ResendRequested.TYPE
WELCOME = ("importer-view-confirmed", "account-ready", "account-created-notice")


class InvariantsAtRest:
    """Checks everything thoroughly once no worker has anything left to do."""

    def __init__(self, always: Invariants, simulation: Simulation, people: People) -> None:
        self._always, self._simulation, self._people = always, simulation, people

    def hold(self) -> None:
        """Raises `Broken` for what must hold when no worker has anything left to do."""
        self._always.hold()
        must(not self._simulation.undone, 1, "a message is still on its way")
        for asked in list(self._people.commands.values()):
            if asked.user == self._people.applicants[asked.application].user:
                self._people.asks(asked)
        self._always.hold()
        for applicant in self._people.applicants.values():
            self._no_failure_of_ours_is_told_as_theirs(applicant)
            self._emails_went_out(applicant)
            self._emails_are_followed_up(applicant)
            self._nothing_was_lost(applicant)
            self._every_wrong_code_was_counted(applicant)
            self._belongs_to_whom_it_was_told(applicant)
            if not self._has_forgotten(applicant):
                self._some_order_leads_there(applicant)
        self._resends_went_out()

    def ended(self) -> None:
        """Raises `Broken` for an application that is still open after all its time."""
        for applicant in self._people.applicants.values():
            must(self._outcome(applicant).state in FINAL or bool(self._dead(applicant)), 1, "an application never ends")

    def old_ones_remember_nothing_but_how_they_ended(self) -> None:
        """Raises `Broken` for an application that keeps results a week after its end, without a dead letter."""
        for application in self._simulation.store.all():
            is_over = application.state in FINAL and not application.parked
            must(not is_over or not application.handled, 4, "results are kept forever")

    def _has_forgotten(self, applicant: Applicant) -> bool:
        """Whether its application was closed a week ago, so that nobody can be told any more what a message led to."""
        application = self._simulation.store.find(applicant.id)
        if application is None or application.state not in FINAL or application.handled:
            return False
        return self._simulation.clock() >= application.history[-1].at + timedelta(days=7)

    def _outcome(self, applicant: Applicant) -> ApplicationStatus:
        [start] = self._people.of(applicant.id, "start")
        assert start.outcome is not None
        return start.outcome

    def _dead(self, applicant: Applicant) -> list[Sent]:
        return [
            dead for dead in self._simulation.queues.dead if dead.headers.get("ace-application") == str(applicant.id)
        ]

    def _nothing_was_lost(self, applicant: Applicant) -> None:
        outcome, dead = self._outcome(applicant), self._dead(applicant)
        must(outcome.state is not None or bool(dead), 1, "a start is gone without a trace")
        must(outcome.state not in ("requested", "submitted", "provisioned") or bool(dead), 1, "nothing goes on")

    def _no_failure_of_ours_is_told_as_theirs(self, applicant: Applicant) -> None:
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
            went = (applicant.id, kind) in self._always.emails
            must(went or status != "sent", 3, f"{kind} is recorded as sent and never was")
            must(parked or status != "parked" or kind != CODE, 1, "a code is parked, and is not among the dead letters")
            must(went or parked, 1, f"{kind} is lost")

    def _resends_went_out(self) -> None:
        dead = [each for applicant in self._people.applicants.values() for each in self._dead(applicant)]
        messages = [each.message for each in dead if each.type in (EmailDue.TYPE, RESEND)]
        due = [each for each in messages if isinstance(each, EmailDue | ResendRequested)]
        parked = {(each.application_id, each.email, each.resend) for each in due}
        for id, kind, resend in self._people.resends:
            went = (id, name_email(kind, resend)) in self._always.emails
            must(went or (id, kind, resend) in parked, 1, f"resend {resend} of {kind} is lost")

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
            went = {kind for kind in WELCOME[:2] if (applicant.id, kind) in self._always.emails}
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
        if CodeEmailRefused.TYPE not in dead and not gave_up:
            is_open = application.state == "awaiting-code" and EmailKind.VERIFICATION_CODE in refused
            must(not is_open, 1, "the refusal of a code email is lost")
        kept = [event for result in application.handled.values() for event in result.follow_ups]
        is_over = application.state != "awaiting-code" and not gave_up
        must(not is_over or not any(isinstance(event, CodeIssued) for event in kept), 4, "a sealed code is kept")

    def _every_wrong_code_was_counted(self, applicant: Applicant) -> None:
        tries_left = self._outcome(applicant).tries_left
        told = [{said(reply) for _, reply in guess.told} for guess in self._people.of(applicant.id, "guess")]
        wrong = sum("code-wrong" in words for words in told)
        must(tries_left is None or wrong <= TRIES - tries_left, 4, "a wrong code is not counted")

    def _remembered(self, applicant: Applicant) -> list[Reply]:
        outcomes = [asked.outcome for asked in self._people.of(applicant.id)]
        return [recorded(outcome) for outcome in outcomes if outcome and outcome.reply]

    def _belongs_to_whom_it_was_told(self, applicant: Applicant) -> None:
        outcome, accounts = self._outcome(applicant), self._simulation.store.accounts
        mine = accounts.get(applicant.id)
        must((mine is not None) == (outcome.state in ("provisioned", "completed")), 5, "an account is not as was told")
        told = mine.number if mine and not outcome.session_over else None
        must(outcome.account == told, 5, "an account has another number than was told")
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
                remembered = recorded(asked.outcome)
                answers.pop(said(remembered), None)
                changed.append(self._said(asked, remembered))
            must(not any(changes(reply) for reply in answers.values()), 5, f"a {asked.kind} did not do what was told")
            unchanged += [self._said(asked, reply) for word, reply in answers.items() if word != UNAVAILABLE]
        tries = TRIES - outcome.tries_left if outcome.tries_left is not None else 0
        end = At(outcome.state or "nothing", tries, outcome.problem)
        must(is_explained(changed, unchanged, end), 5, f"no order explains {changed}, {unchanged}, {end}")

    def _said(self, asked: Asked, reply: Reply) -> Said:
        tries_left = reply.tries_left if isinstance(reply, Refused) else None
        return Said(asked.kind, said(reply), self._people.is_right(asked), tries_left)

    def histories_are_as_drawn(self) -> None:
        """Raises `Broken` for an application with an impossible history."""
        for application in self._simulation.store.all():
            noted = tuple(f"{event.name()} (" for event in (EmailRefused, ResendRequested, AbandonApplication))
            path = [entry.state.value for entry in application.history if not entry.cause.startswith(noted)]
            must(path[0] == "requested" and path[-1] == application.state, 5, "a history does not tell how it ended")
            must(all(to in MAY_FOLLOW[state].split() for state, to in pairwise(path)), 5, f"{path} is no way to go")
            reopened = [entry for entry in application.history[:-1] if entry.state.value == "expired"]
            must(all(entry.cause == "sweep" for entry in reopened), 5, "what did not expire by itself goes on")


def _is_email(dead: Sent, kind: str) -> bool:
    """Whether a dead letter is this email, or the event that would have led to it."""
    if dead.type == EmailDue.TYPE and isinstance(due := dead.message, EmailDue):
        return due.email == kind
    return dead.type in ((CodeIssued.TYPE, ApplicationAccepted.TYPE) if kind == CODE else (ApplicationSubmitted.TYPE,))
