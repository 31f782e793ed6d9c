"""The messages that the verifier handles: codes to issue and check, applications to end. Also its sweep and digests."""

from datetime import timedelta

from services.verifier import steps
from services.verifier.codes import Codes
from services.verifier.digests import DigestWriter
from services.verifier.parties import Parties, find_parties
from services.verifier.sweep import Sweep
from shared.contracts.commands import AbandonApplication, CheckCode
from shared.contracts.events import ApplicationAccepted, CodeEmailRefused
from shared.contracts.message import Reply
from shared.contracts.problem import Problem
from shared.contracts.replies import Refused
from shared.domain.decision import Decision, Situation
from shared.messaging.command_contents import CommandContents
from shared.observability import metrics
from shared.security.fingerprints import Fingerprints
from shared.security.sealing import Sealer
from shared.settings.loading import load_command_sealers, load_key_ring
from shared.settings.processes import VerifierSettings
from shared.worker import Worker

PAUSE = timedelta(minutes=1)
"""Between sweeps, and between looks for digests that are due."""


def count_check(reply: Reply) -> None:
    """Counts an entered code by its answer: ``code-accepted``, or the problem of a refusal."""
    metrics.CODE_CHECKS.labels(reply.problem.value if isinstance(reply, Refused) else reply.name()).inc()


def wire(worker: Worker[VerifierSettings]) -> None:
    """Wires the verifier's steps and its sweep."""
    settings, database = worker.settings, worker.database
    storage = Sealer(load_key_ring(settings, "storage"))
    codes = Codes(
        codes=Fingerprints(load_key_ring(settings, "code")),
        grants=Fingerprints(load_key_ring(settings, "storage")),
        commands=load_command_sealers(settings, worker.user),
        emails=Sealer(load_key_ring(settings, "code_email")),
        lifetime=timedelta(seconds=settings.code_lifetime),
    )

    worker.contents = CommandContents(codes.commands, codes.grants)
    hold = timedelta(hours=settings.contact_hold)

    async def gather(_event: ApplicationAccepted, situation: Situation) -> Parties | Problem | None:
        return await find_parties(situation.stored, database.importers, storage, hold=hold, now=situation.now)

    @worker.takes(ApplicationAccepted, gather)
    def issue_code(event: ApplicationAccepted, situation: Situation, parties: Parties | Problem | None) -> Decision:
        return steps.issue_code(event, situation, parties, codes)

    @worker.takes(CheckCode, continues=True, count=count_check)
    def check_code(command: CheckCode, situation: Situation) -> Decision:
        return steps.check_code(command, situation, codes)

    @worker.takes(AbandonApplication)
    def abandon_application(command: AbandonApplication, situation: Situation) -> Decision:
        return steps.abandon_application(command, situation)

    @worker.takes(CodeEmailRefused)
    def reject_application(event: CodeEmailRefused, situation: Situation) -> Decision:
        return steps.reject_application(event, situation)

    digests = DigestWriter(
        database.digests,
        database.applications,
        database.importers,
        worker.publisher,
        storage=storage,
        emails=codes.emails,
        hold=hold,
    )
    worker.repeat(PAUSE, digests.run)
    worker.repeat(PAUSE, Sweep(database.applications, worker.publisher).run)
