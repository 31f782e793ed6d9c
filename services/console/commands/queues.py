"""`acectl queues`: how the queues stand, once."""

from typing import Annotated

import typer

from services.console.command_line import options
from services.console.command_line.groups import make_app
from services.console.command_line.running import run
from services.console.output import printing
from services.console.output.exit_codes import ExitCode, complain
from services.console.queues import queue_lines, queue_statistics, queue_table
from services.console.servers.broker import connect_broker
from services.console.servers.management import open_management
from shared.messaging.broker_limits import DELIVERY_LIMIT
from shared.settings.console import ManagementSettings

app = make_app()


@app.command()
def queues(
    peek: Annotated[
        bool,
        typer.Option(
            help="Look at each queue's first message, for its age. "
            f"That counts as one of its {DELIVERY_LIMIT} deliveries."
        ),
    ] = False,
    json: options.JSON = False,
) -> None:
    """Show every queue."""

    async def work(settings: ManagementSettings) -> ExitCode:
        async with connect_broker(settings) as connection, open_management(settings) as management:
            if management:
                found = await queue_statistics.read_statistics(management, connection)
            else:
                found = await queue_statistics.read_from_amqp(connection)
                complain(
                    "warning: without ACE_RABBITMQ_MANAGEMENT_URL nobody can tell what is unacknowledged, rates, "
                    "since when a queue waits, and what is held back (messages_dlx)"
                )
            waits = await queue_statistics.count_waiting(connection, found)
            if waits is None:
                complain("warning: another acectl looks at the delay queues: what waits there is not shown")
            ages = await queue_statistics.measure_oldest(connection, found) if peek else {}
        seen = queue_lines.summarize_queues(found, waits, ages)
        if json:
            printing.print_json(
                {"queues": queue_lines.as_dicts(seen), "delays": queue_statistics.summarize_delays(found)}
            )
        else:
            printing.print_lines(*queue_table.draw_queues(seen, found))
        return ExitCode.DONE

    run(ManagementSettings, work)
