"""An application at intake: its request, its record, and a start."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4, uuid5

from services.intake import steps
from services.intake.checks import CheckResult
from services.intake.seals import Seals
from shared.contracts.commands import StartApplication
from shared.contracts.conversations import FORM
from shared.contracts.sealed import AccountRequest
from shared.domain.application import Application
from shared.domain.decision import Decision, Situation
from shared.security.command_seals import CommandSealers
from shared.security.keys import KeyRing, make_ring
from shared.security.sealing import Sealer, name_context
from shared.storage.sealed_documents import Applicant, Contact, ImporterRecord

NOW = datetime.fromisoformat("2026-11-22T03:30:00+00:00")  # still the 21st in US Eastern time


HOUR = timedelta(hours=1)


START_ID = uuid4()


ID = uuid5(START_ID, "application")


SEALS = Seals(commands=CommandSealers(KeyRing.parse(make_ring()), None, ()), storage=Sealer(KeyRing.parse(make_ring())))


REQUEST = AccountRequest(company_name="Acme Inc", importer_number="123-45-6789", email="Jane@Example.com")


RECORD = ImporterRecord(
    importer_number="123-45-6789", company_name="ACME INCORPORATED", poc_name="Pat Poe", poc_email="Pat@Example.com"
)


APPLICANT = Applicant(company_name="Acme Inc", importer_number="123-45-6789", email="Jane@example.com")


CONTACT = Contact(company_name="ACME INCORPORATED", poc_name="Pat Poe", poc_email="Pat@example.com")


FOUND = CheckResult(importer="importer", email="email", applicant=APPLICANT, contact=CONTACT)


def start(request: AccountRequest = REQUEST, taken_at: datetime = NOW) -> StartApplication:
    sealed = SEALS.commands.find(FORM).seal(request, name_context(StartApplication.TYPE, "request", ID))
    return StartApplication(application_id=ID, taken_at=taken_at, request=sealed)


def situation(application: Application | None = None, now: datetime = NOW, id: UUID = START_ID) -> Situation:
    return Situation(application, id, "gateway", now)


def decide(findings: CheckResult = FOUND, application: Application | None = None) -> Decision:
    return steps.start_application(start(), situation(application), findings, SEALS)
