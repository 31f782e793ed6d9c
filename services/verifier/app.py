"""The messages that the verifier handles: codes to issue and check, applications to abandon. Also runs the sweep."""

from datetime import timedelta

from services.verifier import steps
from services.verifier.codes import Codes
from services.verifier.sweep import Sweep
from shared.contracts.commands import AbandonApplication, CheckCode
from shared.contracts.events import ApplicationAccepted
from shared.domain.decision import Decision, Situation
from shared.security.fingerprints import Fingerprints
from shared.security.sealing import Sealer
from shared.settings.loading import key_ring
from shared.settings.processes import VerifierSettings
from shared.worker import Worker


def wire(worker: Worker[VerifierSettings]) -> None:
    """Wires the verifier's steps and its sweep."""
    settings = worker.settings
    codes = Codes(
        codes=Fingerprints(key_ring(settings, "code")),
        grants=Fingerprints(key_ring(settings, "storage")),
        commands=Sealer(key_ring(settings, "commands")),
        emails=Sealer(key_ring(settings, "code_email")),
        lifetime=timedelta(seconds=settings.code_lifetime),
    )

    @worker.takes(ApplicationAccepted)
    def issue_code(event: ApplicationAccepted, situation: Situation) -> Decision:
        return steps.issue_code(event, situation, codes)

    @worker.takes(CheckCode)
    def check_code(command: CheckCode, situation: Situation) -> Decision:
        return steps.check_code(command, situation, codes)

    @worker.takes(AbandonApplication)
    def abandon_application(command: AbandonApplication, situation: Situation) -> Decision:
        return steps.abandon_application(command, situation)

    worker.every(timedelta(minutes=1), Sweep(worker.database.applications).run)
