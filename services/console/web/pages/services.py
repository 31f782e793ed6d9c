"""Services: which processes are connected, since when, what they run, and whether they hold the same keys."""

from dataclasses import dataclass

from starlette.responses import Response

from services.console.checks.keys import compare_keys
from services.console.checks.processes import Process, compare_commits, read_processes
from services.console.output.exit_codes import Unavailable
from services.console.queues.queue_lines import QueueLine
from services.console.servers.management import open_management
from services.console.web.access.visit import Visit
from shared.contracts.conversations import FORM
from shared.messaging.amqp import read_user
from shared.messaging.permissions import PERMISSIONS
from shared.messaging.topology import WORK_QUEUES


@dataclass(frozen=True)
class Service:
    """A program with its processes."""

    name: str
    processes: tuple[Process, ...]
    idle: tuple[str, ...] | None
    """Its queues that nobody consumes. None: not known."""


async def show(visit: Visit) -> Response:
    """Every program, also one without a process."""
    settings = visit.dependencies.settings
    async with open_management(settings) as management:
        if management is None:
            raise Unavailable(
                "the broker's management interface knows who is connected: set ACE_RABBITMQ_MANAGEMENT_URL"
            )
        connections = await management.list_objects("connections")
    processes = read_processes(connections, read_user(settings.need("rabbitmq_url")))
    latest = visit.dependencies.watch.latest
    services = [_describe(name, processes, latest.queues if latest else ()) for name in PERMISSIONS]
    return visit.show(
        "services.html",
        services=services,
        keys=compare_keys(processes),
        versions=compare_commits(processes),
        form=FORM,
    )


def _describe(name: str, processes: list[Process], lines: tuple[QueueLine, ...]) -> Service:
    own = tuple(process for process in processes if process.program == name)
    queues = {queue.name for queue in WORK_QUEUES if queue.program == name}
    known = [line for line in lines if line.queue in queues and line.answers]
    idle = tuple(line.queue for line in known if not line.consumers)
    return Service(name, own, idle if known else None)
