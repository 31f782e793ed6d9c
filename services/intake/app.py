"""The messages that intake handles: the start of an application, its details, and questions about outcomes."""

from collections.abc import Mapping
from datetime import timedelta

from services.intake import steps
from services.intake.admission import Admissions
from services.intake.checks import CheckResult, Checks
from services.intake.seals import Seals
from services.intake.tickets import Tickets
from shared import clock
from shared.contracts.commands import AskOutcome, StartApplication, SubmitDetails
from shared.contracts.email_kind import EmailKind
from shared.domain.decision import Decision, Situation
from shared.domain.email import Email
from shared.observability import metrics
from shared.security.fingerprints import BlindIndex, Fingerprints
from shared.security.sealing import Sealer
from shared.settings.loading import load_command_sealers, load_key_ring
from shared.settings.processes import IntakeSettings
from shared.worker import Worker


def wire(worker: Worker[IntakeSettings]) -> None:
    """Wires intake's steps."""
    settings, database = worker.settings, worker.database
    storage = load_key_ring(settings, "storage")
    seals = Seals(commands=load_command_sealers(settings, worker.user), storage=Sealer(storage))
    checks = Checks(
        seals,
        BlindIndex(load_key_ring(settings, "index")),
        portal_users=database.portal_users,
        importers=database.importers,
        admissions=Admissions(
            database.limits if settings.rate_limit == "on" else None,
            database.applications,
            Tickets(Fingerprints(storage)),
            trusted=(*settings.trusted_gateways.split(","), worker.user),
        ),
        contact_hold=timedelta(hours=settings.contact_hold),
    )
    grants = Fingerprints(storage)

    async def measure_code_emails() -> None:
        oldest = await database.due_code_emails.find_oldest()
        metrics.OLDEST_CODE_EMAIL.set(metrics.measure_age(oldest, clock.now()))

    worker.measures.append(measure_code_emails)

    @worker.takes(StartApplication, gather=checks.look_up, begins=True)
    def start_application(command: StartApplication, situation: Situation, findings: CheckResult) -> Decision:
        return steps.start_application(command, situation, findings, seals)

    @worker.takes(SubmitDetails)
    def submit_details(command: SubmitDetails, situation: Situation) -> Decision:
        return steps.submit_details(command, situation, seals, grants)

    async def find_emails(question: AskOutcome, _situation: Situation) -> Mapping[EmailKind, Email]:
        return await database.email_status.find(question.application_id)

    @worker.takes(AskOutcome, gather=find_emails)
    def ask_outcome(question: AskOutcome, situation: Situation, emails: Mapping[EmailKind, Email]) -> Decision:
        return steps.ask_outcome(question, situation, emails, seals)
