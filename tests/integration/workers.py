"""The four workers, in the tests' own process."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager

from services.intake.app import wire as wire_intake
from services.notifier.app import wire as wire_notifier
from services.provisioner.app import wire as wire_provisioner
from services.verifier.app import wire as wire_verifier
from shared.settings import Settings
from shared.worker import Worker

WIRES = {
    "intake": wire_intake,
    "verifier": wire_verifier,
    "provisioner": wire_provisioner,
    "notifier": wire_notifier,
}


@asynccontextmanager
async def working(settings: Settings, services: Iterable[str] = tuple(WIRES)) -> AsyncIterator[list[Worker]]:
    """These services' workers while the block runs."""
    async with AsyncExitStack() as stack:
        workers = []
        for service in services:
            worker = Worker(service, settings)
            WIRES[service](worker)
            await worker.database.ensure_indexes()
            await stack.enter_async_context(worker.working())
            workers.append(worker)
        yield workers
