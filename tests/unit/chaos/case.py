"""A small, valid case made by hand: four people, what they were told, and what the system holds about them."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.commands import AskOutcome
from shared.contracts.conversations import SENDERS
from shared.contracts.email_kind import EmailKind, EmailStatus
from shared.contracts.message import Message
from shared.contracts.replies import CodeAccepted, StartAccepted
from shared.contracts.state import State
from shared.domain.application import Application, Code, Transition
from shared.domain.email import WELCOME, Email
from shared.domain.handled_result import HandledResult
from shared.messaging import topology
from shared.messaging.permissions import PERMISSIONS
from tests.chaos.checks.evidence import Command, DeadLetter, DeliveredEmail, Evidence, Published
from tests.chaos.checks.invariants import violations
from tests.chaos.people.ledger import Ledger, Story, Told
from tests.chaos.people.person import Habit, Importer, Person

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
CODE, REFUSED = EmailKind.VERIFICATION_CODE, EmailKind.APPLICATION_REFUSED
SUBJECTS = {
    CODE: "ACE Portal verification code for a company",
    EmailKind.IMPORTER_VIEW_CONFIRMED: "Importer view request processed for a company",
    EmailKind.ACCOUNT_READY: "Your ACE Portal account is ready: a company",
    EmailKind.ACCOUNT_CREATED_NOTICE: "An ACE Portal account was created for a company",
    REFUSED: "We could not create an ACE Portal account for a company",
}
TO_POINT_OF_CONTACT = (CODE, EmailKind.ACCOUNT_CREATED_NOTICE)
TO_VERIFIED = (State.REQUESTED, State.AWAITING_CODE, State.VERIFIED)
TO_SUBMITTED = (*TO_VERIFIED, State.SUBMITTED)
GATEWAY = "gateway"
OPERATOR = "ace"


@dataclass
class Case:
    """The owner has an account; the rival wanted the same importer; the unlucky one's last email was refused for good;
    the waiting one entered two wrong codes and left.
    """

    ledger: Ledger = field(default_factory=Ledger)
    evidence: Evidence = field(default_factory=Evidence)

    def __post_init__(self) -> None:
        found = self.evidence
        found.users, found.prober = {user: user for user in PERMISSIONS}, OPERATOR
        found.documents = {name: [] for name in ("top_accounts", "importers", "importer_views", "portal_users")}
        self.owner = self._applies("a", "owner", "importer-1", "1111-AAAA", (*TO_SUBMITTED, *_created(completed=True)))
        self.rival = self._applies("b", "rival", "importer-1", "2222-BBBB", (*TO_SUBMITTED, State.REJECTED))
        self.unlucky = self._applies("c", "unlucky", "importer-2", "3333-CCCC", (*TO_SUBMITTED, *_created()))
        self.waiting = self._applies("d", "waiting", "importer-3", "4444-DDDD", TO_VERIFIED[:2])
        self._has_account(self.owner, "A1000001")
        self._has_account(self.unlucky, "A1000002")
        self._was_told(self.owner, "account", account="A1000001")
        self._was_told(self.rival, "importer-already-linked")
        self._was_told(self.unlucky, "account", account="A1000002")
        self._guessed(self.waiting, 2)
        self.story(self.waiting).end = "left"
        for reference, kinds in (
            (self.owner, (CODE, *WELCOME)),
            (self.rival, (CODE, REFUSED)),
            (self.unlucky, (CODE, *WELCOME[:2])),
            (self.waiting, (CODE,)),
        ):
            for kind in kinds:
                self._sent(reference, kind)
        self._refused_for_good(self.unlucky, WELCOME[2])
        found.published += [published(message) for message in SENDERS]
        found.published.append(published_to("ace.retry.5s", "intake.start-application", "intake", GATEWAY))
        found.published.append(replace(published(AskOutcome), user=found.prober))
        found.clear += [json.dumps({"event": "taken", "reference": self.owner, "to": "o***@q***.com"}), "{'_id': 1}"]

    def broken(self) -> list[str]:
        """Every violation, after its invariant."""
        found = violations(self.ledger, self.evidence)
        return [f"{name}: {sentence}" for name, sentences in found.items() for sentence in sentences]

    def application(self, reference: str) -> Application:
        return self.evidence.applications[reference]

    def story(self, reference: str) -> Story:
        return next(story for story in self.ledger.stories if reference in story.references)

    def change(self, reference: str, **changes: Any) -> Application:
        """Changes fields of an application."""
        changed = self.evidence.applications[reference] = replace(self.application(reference), **changes)
        return changed

    def goes(self, reference: str, *states: State) -> None:
        """Changes an application's history."""
        self.change(reference, state=states[-1], history=_history(states))

    def email(self, reference: str, kind: EmailKind) -> DeliveredEmail:
        return next(
            email for email in self.evidence.emails if email.reference == reference and email.subject == SUBJECTS[kind]
        )

    def forget(self, reference: str, kind: EmailKind) -> None:
        """Removes an email and every record of it."""
        self.evidence.emails.remove(self.email(reference, kind))
        del self.evidence.recorded[reference][kind]

    def tell(self, reference: str, path: str, *problems: str, status: int = 200, account: str = "") -> None:
        """Shows a person a page that names this application."""
        page = Told(NOW, status, path, problems, reference, account)
        next(story for story in self.ledger.stories if reference in story.references).told.append(page)

    def confirm(self, name: str, reference: str, id: UUID | None = None) -> Command:
        """Makes the gateway log that the broker confirmed a command."""
        command = Command(id or uuid5(self.application(reference).id, name), name, reference)
        self.evidence.commands.append(command)
        return command

    def _applies(self, word: str, name: str, importer: str, code: str, states: tuple[State, ...]) -> str:
        id = uuid5(UUID(int=0), name)
        application = Application(
            id=id,
            state=states[-1],
            gateway=GATEWAY,
            taken_at=NOW,
            history=_history(states),
            importer=importer,
            email=f"index of {name}",
            code=Code("mac", NOW, NOW + timedelta(minutes=10), tries=int(State.VERIFIED in states)),
            verified_at=NOW + timedelta(minutes=1) if State.VERIFIED in states else None,
        )
        reference = application.reference
        story = Story(_person(f"quixaaa{word}", name, importer))
        story.told.append(Told(NOW, 200, "/code", (), reference, ""))
        self.ledger.stories.append(story)
        self.evidence.applications[reference] = application
        self._handled(reference, "start-application", StartAccepted(application_id=id, reference=reference))
        if State.VERIFIED in states:
            story.told.append(Told(NOW, 200, "/details", (), reference, ""))
            story.entered.append((reference, code))
            until = NOW + timedelta(hours=6)
            accepted = CodeAccepted.model_construct(application_id=id, grant="sealed", details_until=until)
            self._handled(reference, "check-code", accepted)
            self._handled(reference, "submit-details", None)
        self._codes = {**getattr(self, "_codes", {}), reference: code}
        if importer not in {document["_id"] for document in self.evidence.documents["importers"]}:
            self.evidence.documents["importers"].append({"_id": importer, "top_account": None})
        return reference

    def _handled(self, reference: str, name: str, reply: Any) -> None:
        command = self.confirm(name, reference)
        handled = {**self.application(reference).handled, command.id: HandledResult(NOW, reply)}
        self.change(reference, handled=handled)

    def _has_account(self, reference: str, number: str) -> None:
        application = self.change(reference, account=number)
        documents = self.evidence.documents
        documents["top_accounts"].append(
            {
                "_id": number,
                "application_id": application.id,
                "importer": application.importer,
                "owner": application.email,
            }
        )
        next(importer for importer in documents["importers"] if importer["_id"] == application.importer).update(
            top_account=number
        )
        documents["importer_views"].append({"_id": application.importer, "account": number})
        documents["portal_users"].append({"_id": application.email, "account": number})

    def _was_told(self, reference: str, end: str, account: str = "") -> None:
        if account:
            self.tell(reference, "/confirmation", account=account)
        self.story(reference).end = end

    def _guessed(self, reference: str, count: int) -> None:
        application = self.application(reference)
        assert application.code
        self.change(reference, code=replace(application.code, tries=application.code.tries + count))
        self.guess(reference, count)

    def guess(self, reference: str, count: int) -> None:
        """Enters this many wrong codes, each with its page."""
        for number in range(count):
            self.story(reference).entered.append((reference, f"0000-000{number}"))
            self.tell(reference, "/code", "code-wrong")

    def _sent(self, reference: str, kind: EmailKind) -> None:
        person = self.story(reference).person
        to = person.importer.poc_email if kind in TO_POINT_OF_CONTACT else person.email
        code = self._codes[reference] if kind is CODE else None
        self.evidence.emails.append(DeliveredEmail(f"<{reference} {kind}>", to, SUBJECTS[kind], reference, code))
        self._settled(reference, kind, EmailStatus.SENT)

    def _settled(self, reference: str, kind: EmailKind, status: EmailStatus) -> None:
        self.evidence.recorded.setdefault(reference, {})[kind] = Email(status, NOW, 1)

    def _refused_for_good(self, reference: str, kind: EmailKind) -> None:
        application = self.application(reference)
        id = uuid5(application.id, "email-due")
        reason = "the mail server refused it for good"
        self.evidence.recorded[reference][kind] = Email(EmailStatus.REFUSED, NOW, 1, reason=reason, parked=id)
        queue = "notifier.send-email.dead"
        self.evidence.dead.append(DeadLetter(queue, str(id), str(application.id), reason))
        dead = published_to(topology.DEAD, queue, "general-mailer", "provisioner")
        self.evidence.published.append(replace(dead, id=str(id)))


def published(message: type[Message]) -> Published:
    """A message on its own exchange, from its own service."""
    exchange = topology.find_queue(message).exchange
    sender = SENDERS[message][0]
    user = sender if sender in PERMISSIONS else OPERATOR
    return replace(published_to(exchange, message.name(), user), name=message.name())


def published_to(exchange: str, key: str, user: str, origin: str = "") -> Published:
    """A message with this exchange, key and user."""
    return Published(exchange, key, "some-message", f"{exchange} {key}", user, origin, by_broker=False)


def _created(*, completed: bool = False) -> tuple[State, ...]:
    return (State.PROVISIONED, State.COMPLETED) if completed else (State.PROVISIONED,)


def _history(states: tuple[State, ...]) -> tuple[Transition, ...]:
    return tuple(Transition(state, NOW, "a message") for state in states)


def _person(word: str, name: str, importer: str) -> Person:
    digit = importer[-1]
    record = Importer(f"07-000000{digit}AB", f"{word.title()} Inc.", f"Pat {word.title()}poc", f"poc@{word}.example")
    return Person(
        importer=record,
        email=f"{name}@{word}.example",
        last_name=f"{word.title()}name",
        street=f"1 {word.title()}street",
        telephone="562-201-0001",
        habit=Habit.PLAIN,
    )
