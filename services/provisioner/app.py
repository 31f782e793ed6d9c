"""The message that the provisioner handles: a submitted application, for which it creates an account."""

from services.provisioner import steps
from services.provisioner.accounts import Availability, check_availability
from shared.contracts.events import ApplicationSubmitted
from shared.domain.decision import Decision, Situation
from shared.security.sealing import Sealer
from shared.settings.loading import key_ring
from shared.settings.processes import ProvisionerSettings
from shared.worker import Worker


def wire(worker: Worker[ProvisionerSettings]) -> None:
    """Wires the provisioner's only step."""
    database = worker.database
    storage = Sealer(key_ring(worker.settings, "storage"))

    async def gather(_event: ApplicationSubmitted, situation: Situation) -> Availability:
        return await check_availability(situation.stored, database.importers, database.portal_users)

    @worker.takes(ApplicationSubmitted, gather=gather)
    def create_account(event: ApplicationSubmitted, situation: Situation, availability: Availability) -> Decision:
        return steps.create_account(event, situation, availability, storage)
