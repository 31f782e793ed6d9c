"""What people and gateways do, and everything they see: what they were told, and emails in their mailboxes."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from services.console.emails.resend import find_hindrance, make_resend_request
from shared.contracts.commands import AbandonApplication, AskOutcome, CheckCode, StartApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind
from shared.contracts.events import ResendRequested
from shared.contracts.message import Command, Reply
from shared.contracts.problem import Problem
from shared.contracts.replies import ApplicationStatus, CodeAccepted, Refused
from shared.contracts.sealed import AccountRequest, Grant, TypedCode, TypedDetails
from shared.domain.errors import Invalid
from shared.domain.form import verification_code
from shared.messaging.permissions import name_replies
from shared.security.sealing import Sealer, name_context
from tests.properties.simulation import Simulation
from tests.properties.wiring import ring
from tests.support.gateway import DETAILS
from tests.support.memory.broker import Sent, sent_by

A_MINUTE = timedelta(minutes=1)
SEALER = Sealer(ring("commands"))


@dataclass(eq=False)
class Asked:
    """A person's command, however often it was sent, and all replies to it."""

    id: UUID
    application: UUID
    kind: str
    user: str
    content: dict[str, TypedCode | Grant | TypedDetails | AccountRequest] = field(default_factory=dict)
    entered_at: list[datetime] = field(default_factory=list)
    """When it was sent by the gateway's clock, or by ours if the gateway's is fast or more than a minute slow."""
    told: list[tuple[datetime, Reply]] = field(default_factory=list)
    outcome: ApplicationStatus | None = None
    """The latest reply to ask-outcome."""


@dataclass(eq=False)
class Applicant:
    """An application as its applicant knows it."""

    id: UUID
    number: str
    importer: str
    """Blind index of the importer record number."""
    email: str
    user: str
    """The gateway's broker user."""


COMMANDS: dict[str, type[Command]] = {
    "start": StartApplication,
    "guess": CheckCode,
    "submit": SubmitDetails,
    "abandon": AbandonApplication,
}


class People:
    """All people, and their gateways."""

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation
        self.applicants: dict[UUID, Applicant] = {}
        self.commands: dict[UUID, Asked] = {}
        self.resends: set[tuple[UUID, EmailKind, int]] = set()
        """Every resend that an operator asked for."""
        self._read = 0

    def of(self, application: UUID, kind: str | None = None) -> list[Asked]:
        """The commands about an application."""
        return [
            asked for asked in self.commands.values() if asked.application == application and kind in (None, asked.kind)
        ]

    def applies(self, number: str, importer: str, company: str, email: str, user: str) -> Applicant:
        """Sends page 1."""
        id = same_each_time(f"command {len(self.commands)}")
        application = uuid5(id, "application")
        self.applicants[application] = Applicant(application, number, importer, email, user)
        request = AccountRequest(company_name=company, importer_number=number, email=email)
        self._gives(Asked(id, application, "start", user, {"request": request}))
        return self.applicants[application]

    def enters(self, application: UUID, code: str, user: str, late: timedelta = timedelta()) -> Asked:
        """Sends page 2. `late`: by how much the gateway's clock is slow."""
        return self._new(application, "guess", user, {"code": TypedCode(code=code)}, late)

    def submits(self, application: UUID, token: str, details: TypedDetails, user: str) -> Asked:
        """Sends page 3."""
        return self._new(application, "submit", user, {"grant": Grant(token=token), "details": details})

    def goes_back(self, application: UUID, user: str) -> Asked:
        """Presses `< Back`."""
        return self._new(application, "abandon", user, {})

    def _new(
        self,
        application: UUID,
        kind: str,
        user: str,
        content: dict[str, TypedCode | Grant | TypedDetails | AccountRequest],
        late: timedelta = timedelta(),
    ) -> Asked:
        id = same_each_time(f"command {len(self.commands)}")
        return self._gives(Asked(id, application, kind, user, content), late)

    def _gives(self, asked: Asked, late: timedelta = timedelta()) -> Asked:
        self.commands[asked.id] = asked
        self.sends(asked, late)
        return asked

    def sends(self, asked: Asked, late: timedelta = timedelta()) -> None:
        """Publishes a command from the gateway, perhaps again; the broker confirms it."""
        contract, now = COMMANDS[asked.kind], self._simulation.clock()
        asked.entered_at.append(max(min(now - late, now), now - A_MINUTE))
        fields = {
            name: SEALER.seal(content, name_context(contract.TYPE, name, asked.application))
            for name, content in asked.content.items()
        }
        body = {"application_id": asked.application, "taken_at": now - late, **fields}
        sent = sent_by(asked.user, contract.model_validate(body), asked.id, now)
        self._simulation.queues.route(sent)

    def reads(self) -> list[tuple[Asked, Reply]]:
        """Reads the replies since the last look."""
        found = []
        for at, sent in self._simulation.queues.replies[self._read :]:
            reply = sent.message
            assert isinstance(reply, Reply)
            if (sent.correlation_id or "").startswith(GARBAGE):
                assert isinstance(reply, Refused)
                assert reply.problem is Problem.CONTRACT_BROKEN
                continue
            asked = self.commands[UUID((sent.correlation_id or "").removeprefix("asked "))]
            if isinstance(reply, ApplicationStatus):
                asked.outcome = reply
            else:
                asked.told.append((at, reply))
                found.append((asked, reply))
        self._read = len(self._simulation.queues.replies)
        return found

    def asks(self, asked: Asked) -> ApplicationStatus:
        """Asks for a command's outcome as a gateway. Everything else must be at rest."""
        question = AskOutcome(application_id=asked.application, command_id=asked.id)
        user = self.applicants[asked.application].user
        sent = sent_by(user, question, uuid5(asked.id, "question"), self._simulation.clock())
        self._simulation.queues.route(replace(sent, correlation_id=f"asked {asked.id}"))
        self._simulation.works_off()
        self.reads()
        assert asked.outcome is not None
        return asked.outcome

    def list_resendable(self) -> list[ResendRequested]:
        """What an operator could ask to send again."""
        found = []
        for application in self._simulation.store.all():
            emails = self._simulation.emails.show(application.id)
            for kind in emails:
                if find_hindrance(application, kind, emails, self._simulation.clock()) is None:
                    found.append(make_resend_request(application, kind, emails))
        return found

    def asks_for(self, request: ResendRequested) -> None:
        """An operator asks for a resend."""
        self.resends.add((request.application_id, request.email, request.resend))
        assert request.own_id
        self._simulation.queues.route(sent_by("operator", request, request.own_id, self._simulation.clock()))

    def code_of(self, application: UUID) -> str | None:
        """The code, if its email is in the point of contact's mailbox."""
        emails = self._simulation.mail.accepted
        return next((email.code for email in emails if email.application == application and email.code), None)

    def grant_of(self, application: UUID) -> str | None:
        """The grant, if the reply to the right code has come."""
        for asked in self.of(application, "guess"):
            for _, reply in asked.told:
                if isinstance(reply, CodeAccepted):
                    return SEALER.open(Grant, reply.grant, name_context(reply.TYPE, "grant", application)).token
        return None

    def is_right(self, asked: Asked) -> bool:
        """Whether a guess is the right code, or a submission is complete and has the right grant."""
        match asked.content:
            case {"code": TypedCode(code=typed)}:
                code = self.code_of(asked.application)
                return code is not None and symbols(typed) == symbols(code)
            case {"grant": Grant(token=token), "details": details}:
                return token == self.grant_of(asked.application) and details == DETAILS
        return False


def symbols(code: str) -> str | None:
    try:
        return verification_code.parse(code)
    except Invalid:
        return None


def same_each_time(name: str) -> UUID:
    """An id that depends only on its name."""
    return uuid5(UUID(int=0), name)


GARBAGE = "garbage "
"""How correlation ids of messages begin that nobody meant."""


def garbage(queue_exchange: str, key: str, number: int, at: datetime) -> Sent:
    """A message that breaks its contract."""
    return Sent(
        exchange=queue_exchange,
        routing_key=key,
        body=b'{"application_id": "none"}',
        type=f"{key}.v1",
        message_id=str(same_each_time(f"garbage {number}")),
        user_id="gateway",
        timestamp=at,
        reply_to=name_replies("gateway", "0001"),
        correlation_id=f"{GARBAGE}{number}",
    )
