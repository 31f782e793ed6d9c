"""The whole system in memory: every service's own wiring, steps and worker loop; broker, database, mail server and
clock of ours. Messages wait in `pending` until somebody delivers them, in whatever order.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from unittest import mock
from uuid import UUID, uuid4, uuid5

from pydantic import SecretStr

from services.intake import app as intake
from services.notifier import steps as notifier
from services.notifier.mailer import HandedOver
from services.provisioner import app as provisioner
from services.verifier import app as verifier
from services.verifier.sweep import Sweep
from shared.contracts.commands import AbandonApplication, AskOutcome, CheckCode, StartApplication, SubmitDetails
from shared.contracts.events import CodeIssued, LetterDue
from shared.contracts.message import Command, Message
from shared.contracts.replies import CodeAccepted, Outcome
from shared.contracts.sealed import AccountRequest, Grant, IssuedCode, TypedCode, TypedDetails
from shared.domain.application import Application
from shared.domain.letter import LetterKind, LetterStatus
from shared.messaging import topology
from shared.messaging.loop import Loop
from shared.messaging.settling import Settling
from shared.messaging.step import Situation, Step
from shared.messaging.topology import queue_for
from shared.security.fingerprints import BlindIndex
from shared.security.keys import PURPOSES, KeyRing, new_ring
from shared.security.sealing import Sealer, in_document, in_message
from shared.settings import Settings
from shared.storage.contents import ImporterRecord
from shared.storage.importers import StoredImporter
from shared.worker import Worker
from tests.unit.messaging.broker import Broker, Channel, Sent, delivered, sent_by
from tests.unit.messaging.store import Clock, Store

START = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
RINGS = {f"keys_{purpose}": SecretStr(new_ring()) for purpose in PURPOSES}
SETTINGS = Settings(_env_file=None, rate_limit="off", **RINGS)  # type: ignore[arg-type]

DETAILS = TypedDetails(
    organizational_structure="Corporation",
    first_name="Jane",
    last_name="Doe",
    country="US",
    street_address="1300 Pennsylvania Avenue NW",
    city="Washington",
    state="DC",
    postal_code="20229",
    telephone="703-555-0100",
    authorized=True,
)


def ring(purpose: str) -> KeyRing:
    """A key ring of the system."""
    return KeyRing.parse(RINGS[f"keys_{purpose}"].get_secret_value())


COMMANDS, STORAGE, LETTERS = Sealer(ring("commands")), Sealer(ring("storage")), Sealer(ring("code_letter"))
INDEX = BlindIndex(ring("index"))


@dataclass
class Wiring:
    """Stands where a service's `wire` expects its worker, and keeps the steps."""

    database: Any
    settings: Settings = SETTINGS
    steps: dict[type[Message], Step[Any, Any]] = field(default_factory=dict)

    def takes(self, message: type[Message], gather: Any = None) -> Callable[[Any], Any]:
        """Keeps a step."""

        def wire(decide: Any) -> Any:
            plain = Step(message, _nothing, lambda m, situation, _: decide(m, situation))
            self.steps[message] = Step(message, gather, decide) if gather else plain
            return decide

        return wire

    def every(self, *_: Any) -> None:
        """The sweep runs when the test says so."""


async def _nothing(_message: Message, _situation: Situation) -> None:
    return None


@dataclass
class Post:
    """The mail server: what it was handed, and what it will say."""

    clock: Clock
    says: LetterStatus = LetterStatus.SENT
    crashes_after: bool = False
    """The notifier dies once, after the hand-over and before it wrote it down."""
    accepted: list[tuple[UUID, LetterKind]] = field(default_factory=list)
    crashes: int = 0
    wrongly: list[str] = field(default_factory=list)
    """Letters that should not have come: written down, because the loop would take an exception for a defect."""

    async def hand_over(
        self, event: CodeIssued | LetterDue, application: Application, kind: LetterKind
    ) -> HandedOver | None:
        """Takes a letter, which must be claimed, and may go out only while it makes sense."""
        if application.letters[kind].status is not LetterStatus.SENDING:
            self.wrongly.append(f"{kind}, which nobody claimed")
        if isinstance(event, CodeIssued):
            if application.state != "awaiting-code":
                self.wrongly.append(f"{kind}, of an application in {application.state}")
            if self.clock() >= event.expires_at:
                self.wrongly.append(f"{kind}, after its code expired")
        await asyncio.sleep(0)
        if self.says is LetterStatus.SENT:
            self.accepted.append((application.id, kind))
        if self.crashes_after:
            self.crashes_after = False
            self.crashes += 1
            raise asyncio.CancelledError
        return HandedOver(self.says, None if self.says is LetterStatus.SENT else "as the test says", 550)


def code_in(event: CodeIssued) -> str:
    """The code that a message takes to the notifier."""
    return LETTERS.open(IssuedCode, event.code, in_message(CodeIssued.TYPE, "code", event.application_id)).code


class System:
    """Everything, wired."""

    def __init__(self) -> None:
        self.clock = Clock(START)
        self.broker = Broker()
        self.store = Store()
        self.post = Post(self.clock)
        self.pending: list[Sent] = []
        self.taken: list[Sent] = []
        """Deliveries that were made, for making them again."""
        self.dead: list[Sent] = []
        self.issued: dict[UUID, CodeIssued] = {}
        """The code letters that were published, by application."""
        self.grants: dict[UUID, str] = {}
        """The tokens that the answers to right codes brought."""
        self.broker.listens = self._arrived
        database = SimpleNamespace(
            applications=self.store,
            portal_users=self.store,
            importers=SimpleNamespace(find=self.store.find_importer),
            limits=None,
        )
        wiring = Wiring(database)
        for wire in (intake.wire, verifier.wire, provisioner.wire):
            wire(cast("Worker", wiring))
        wiring.steps[CodeIssued] = Step(CodeIssued, _nothing_yet, notifier.send_code, self.post.hand_over)
        wiring.steps[LetterDue] = Step(LetterDue, _nothing_yet, notifier.send_letter, self.post.hand_over)
        self.loops = {step.message: self._loop(step) for step in wiring.steps.values()}

    def _loop(self, step: Step[Any, Any]) -> Loop:
        queue = queue_for(step.message)
        publisher = self.broker.publisher(queue.service)
        settling = Settling(queue, user=queue.service, publisher=publisher, parking=self.store, clock=self.clock)
        return Loop(step, applications=self.store, publisher=publisher, settling=settling, clock=self.clock)

    def _arrived(self, sent: Sent) -> None:
        if sent.exchange == topology.EVENTS or sent.exchange.startswith("ace.retry."):
            self.pending.append(sent)
        elif sent.exchange == topology.DEAD:
            self.dead.append(sent)
        message = sent.message
        if isinstance(message, CodeIssued):
            assert self.issued.setdefault(message.application_id, message) == message, "two codes for one application"
        if isinstance(message, CodeAccepted):
            place = in_message(CodeAccepted.TYPE, "grant", message.application_id)
            token = COMMANDS.open(Grant, message.grant, place).token
            assert self.grants.setdefault(message.application_id, token) == token, "two grants for one application"

    def import_record(self, number: str, company: str, poc_email: str = "poc@example.com") -> str:
        """Adds an importer record; its blind index."""
        id = INDEX.of("importer", number)
        record = ImporterRecord(importer_number=number, company_name=company, poc_name="Pat", poc_email=poc_email)
        sealed = STORAGE.seal(record, in_document("importers", "record", id))
        self.store.importers[id] = StoredImporter(id, sealed, active=True, top_account=None)
        return id

    def sends(self, command: Command, id: UUID, user: str = "gateway") -> Sent:
        """A gateway publishes a command."""
        sent = sent_by(user, command, id, self.clock())
        self.pending.append(sent)
        return sent

    def start(self, number: str, company: str, email: str, user: str = "gateway") -> Sent:
        """Page 1 is sent."""
        id = uuid4()
        application_id = uuid5(id, "application")
        request = AccountRequest(company_name=company, importer_number=number, email=email)
        sealed = COMMANDS.seal(request, in_message(StartApplication.TYPE, "request", application_id))
        command = StartApplication(application_id=application_id, taken_at=self.clock(), request=sealed)
        return self.sends(command, id, user)

    def guess(self, application_id: UUID, code: str, taken_at: datetime | None = None, user: str = "gateway") -> Sent:
        """Page 2 is sent."""
        sealed = COMMANDS.seal(TypedCode(code=code), in_message(CheckCode.TYPE, "code", application_id))
        command = CheckCode(application_id=application_id, taken_at=taken_at or self.clock(), code=sealed)
        return self.sends(command, uuid4(), user)

    def submit(
        self,
        application_id: UUID,
        token: str,
        details: TypedDetails = DETAILS,
        taken_at: datetime | None = None,
        user: str = "gateway",
    ) -> Sent:
        """Page 3 is sent."""
        place = in_message(SubmitDetails.TYPE, "grant", application_id)
        command = SubmitDetails(
            application_id=application_id,
            taken_at=taken_at or self.clock(),
            grant=COMMANDS.seal(Grant(token=token), place),
            details=COMMANDS.seal(details, in_message(SubmitDetails.TYPE, "details", application_id)),
        )
        return self.sends(command, uuid4(), user)

    def abandon(self, application_id: UUID, user: str = "gateway") -> Sent:
        """`< Back` is pressed."""
        return self.sends(AbandonApplication(application_id=application_id, taken_at=self.clock()), uuid4(), user)

    async def ask(self, application_id: UUID, command_id: UUID) -> Outcome:
        """What became of a command."""
        question = AskOutcome(application_id=application_id, command_id=command_id)
        await self.deliver(sent_by("gateway", question, uuid4(), self.clock()))
        reply = self.broker.replies[-1]
        assert isinstance(reply, Outcome)
        return reply

    async def deliver(self, sent: Sent) -> bool:
        """Delivers a message; whether it was acknowledged. One that was not comes again."""
        if sent in self.pending:
            self.pending.remove(sent)
        self.taken.append(sent)
        channel = Channel()
        contract = type(sent.message)
        try:
            await self.loops[contract].take(delivered(sent, channel))
        except asyncio.CancelledError:
            assert not channel.acknowledged
        if not channel.acknowledged:
            self.pending.append(sent)
        assert channel.acknowledged <= 1
        return bool(channel.acknowledged)

    async def settle(self, hours: float = 30) -> None:
        """Delivers whatever waits, letting time pass where something waits to be tried again."""
        until = self.clock() + timedelta(hours=hours)
        while self.pending and self.clock() < until:
            if all(sent.exchange.startswith("ace.retry.") for sent in self.pending):
                self.clock.passes(minutes=2)
            for sent in list(self.pending):
                await self.deliver(sent)

    async def sweep(self) -> None:
        """The verifier's sweep runs."""
        with mock.patch("services.verifier.sweep.clock", SimpleNamespace(now=self.clock)):
            await Sweep(cast("Any", self.store)).run()

    def replay(self, dead: Sent) -> Sent:
        """An operator puts a dead letter back into its queue, in the name of who sent it."""
        self.dead.remove(dead)
        user = dead.headers["ace-origin"]
        again = replace(dead, exchange="", user_id=user, headers={"ace-application": dead.headers["ace-application"]})
        self.pending.append(again)
        return again


async def _nothing_yet(_message: Message, _situation: Situation) -> HandedOver | None:
    return None


def application_of(sent: Sent) -> UUID:
    """The application that a message is about."""
    return sent.message.application_id
