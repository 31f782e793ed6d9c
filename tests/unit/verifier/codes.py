"""Applications with a code, and decisions about them."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from services.verifier import steps
from services.verifier.codes import Codes
from services.verifier.parties import Parties
from shared.contracts.commands import CheckCode
from shared.contracts.conversations import FORM
from shared.contracts.events import ApplicationAccepted, CodeIssued
from shared.contracts.problem import Problem
from shared.contracts.sealed import CodeEmail, TypedCode
from shared.domain.application import Application
from shared.domain.decision import Decision, Situation
from shared.security.command_seals import CommandSealers
from shared.security.fingerprints import Fingerprints
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer, name_context
from shared.storage.sealed_documents import Applicant, Contact
from tests.support.applications import ID, NOW, begun, changed

LIFETIME = timedelta(minutes=10)


CODES = Codes(
    codes=Fingerprints(KeyRing.parse(make_ring())),
    grants=Fingerprints(KeyRing.parse(make_ring())),
    commands=CommandSealers(KeyRing.parse(make_ring()), None, ()),
    emails=Sealer(KeyRing.parse(make_ring())),
    lifetime=LIFETIME,
)


PARTIES = Parties(
    Applicant(company_name="acme", importer_number="123-45-6789", email="jane@example.com"),
    Contact(company_name="ACME INC", poc_name="Pat Lee", poc_email="pat@acme.example"),
    "k1.sealed",
)


def situation(application: Application | None, now: datetime = NOW, stamped_at: datetime | None = None) -> Situation:
    return Situation(application, uuid4(), "gateway", now, stamped_at=stamped_at)


def issue(application: Application, now: datetime = NOW, parties: Parties | Problem | None = PARTIES) -> Decision:
    event = ApplicationAccepted(application_id=application.id, taken_at=application.taken_at)
    return steps.issue_code(event, situation(application, now), parties, CODES)


def awaiting(id: UUID = ID) -> tuple[Application, str]:
    """An application that awaits its code, with the code."""
    decision = issue(begun(id))
    [event] = decision.follow_ups
    assert isinstance(event, CodeIssued)
    return changed(decision), opened(event).code


def opened(event: CodeIssued) -> CodeEmail:
    return CODES.emails.open(CodeEmail, event.content, name_context(event.TYPE, "content", event.application_id))


def check(
    application: Application | None,
    code: str,
    *,
    taken_at: datetime = NOW,
    now: datetime = NOW,
    stamped_at: datetime | None = None,
    id: UUID = ID,
) -> Decision:
    sealed = CODES.commands.find(FORM).seal(TypedCode(code=code), name_context(CheckCode.TYPE, "code", id))
    command = CheckCode(application_id=id, taken_at=taken_at, code=sealed)
    return steps.check_code(command, situation(application, now, stamped_at), CODES)


def a_wrong_code(right: str) -> str:
    return ("0" if right[0] != "0" else "1") + right[1:]
