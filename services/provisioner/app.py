"""The messages that the provisioner handles: accounts to create, emails to resend, and what became of emails."""

from services.provisioner import steps
from services.provisioner.accounts import Availability, check_availability
from services.provisioner.seals import Seals
from shared.contracts.events import ApplicationSubmitted, EmailRefused, EmailsSent, ResendRequested
from shared.domain.decision import Decision, Situation
from shared.security.sealing import Sealer
from shared.settings.loading import load_key_ring
from shared.settings.processes import ProvisionerSettings
from shared.worker import Worker


def wire(worker: Worker[ProvisionerSettings]) -> None:
    """Wires the provisioner's steps."""
    settings, database = worker.settings, worker.database
    seals = Seals(Sealer(load_key_ring(settings, "storage")), Sealer(load_key_ring(settings, "email")))

    async def gather(_event: ApplicationSubmitted, situation: Situation) -> Availability:
        return await check_availability(situation, database.importers, database.portal_users)

    @worker.takes(ApplicationSubmitted, gather=gather)
    def create_account(event: ApplicationSubmitted, situation: Situation, availability: Availability) -> Decision:
        return steps.create_account(event, situation, availability, seals)

    @worker.takes(ResendRequested)
    def resend_email(event: ResendRequested, situation: Situation) -> Decision:
        return steps.resend_email(event, situation, seals)

    @worker.takes(EmailsSent, continues=True)
    def complete_application(event: EmailsSent, situation: Situation) -> Decision:
        return steps.complete_application(event, situation)

    @worker.takes(EmailRefused)
    def note_refusal(event: EmailRefused, situation: Situation) -> Decision:
        return steps.note_refusal(event, situation)
