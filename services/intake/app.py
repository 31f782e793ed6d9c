"""The messages that intake handles: the start of an application, its details, and questions about outcomes."""

from asyncio import gather
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
from shared.messaging.command_contents import CommandContents
from shared.observability import metrics
from shared.observability.queue_metrics import measure_age
from shared.security.fingerprints import BlindIndex, Fingerprints
from shared.security.sealing import Sealer
from shared.settings.loading import load_command_sealers, load_key_ring
from shared.settings.processes import IntakeSettings
from shared.worker import Worker

LookedUp = tuple[Mapping[EmailKind, Email], str | None]
"""The emails of an application, and why a command about it could not be read."""


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
        digests=database.digests,
        contact_hold=timedelta(hours=settings.contact_hold),
    )
    grants = Fingerprints(storage)
    worker.contents = CommandContents(seals.commands, grants)

    async def measure_code_emails() -> None:
        oldest = await database.due_code_emails.find_oldest()
        metrics.OLDEST_CODE_EMAIL.set(measure_age(oldest, clock.now()))

    worker.measures.append(measure_code_emails)

    @worker.takes(StartApplication, gather=checks.look_up, begins=True)
    def start_application(command: StartApplication, situation: Situation, findings: CheckResult) -> Decision:
        return steps.start_application(command, situation, findings, seals)

    @worker.takes(SubmitDetails)
    def submit_details(command: SubmitDetails, situation: Situation) -> Decision:
        return steps.submit_details(command, situation, seals, grants)

    async def find_refusal(question: AskOutcome, situation: Situation) -> str | None:
        if steps.is_known(situation.stored, question.command_id):
            return None
        return await database.refused_commands.find(situation.user, question.command_id)

    async def look_up(question: AskOutcome, situation: Situation) -> LookedUp:
        return await gather(database.email_status.find(question.application_id), find_refusal(question, situation))

    @worker.takes(AskOutcome, gather=look_up)
    def ask_outcome(question: AskOutcome, situation: Situation, found: LookedUp) -> Decision:
        emails, refused = found
        return steps.ask_outcome(question, situation, emails, seals, refused)
